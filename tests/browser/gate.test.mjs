// Coming in, and being shut out: first sign-in, the PIN, a server that is down, a session that ended, a closed account.
// It does not try the rules of the PIN one by one: those are the vault's own tests.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { inTown } from './setting.mjs';
import { FELTBY, Town } from './town.mjs';

const setting = inTown(() => Town.of(FELTBY));

test('somebody signs in for the first time, in the language they choose before', async () => {
  const ayse = await setting.before(await setting.town.newDevice('ayse'));
  await ayse.see('language-en').click();
  await ayse.page.getByRole('heading', { name: 'First sign-in' }).waitFor();
  await ayse.see('language-da').click();
  await ayse.page.getByRole('heading', { name: 'Log ind første gang' }).waitFor();
  const credentials = await setting.town.credentials('ayse');

  await ayse.fillsEnrolment({ ...credentials, again: '274916' });
  await ayse.see('enrol-submit').click();
  await ayse.seesProblem('De to pinkoder er ikke ens. Skriv dem igen.');
  assert.equal(await ayse.page.evaluate(() => document.activeElement.id), 'input-pin-again');

  await ayse.see('input-pin-again').fill(credentials.pin);
  await ayse.see('enrol-submit').click();
  await ayse.see('visit').filter({ hasText: 'Tilsyn med stillads' }).waitFor();
});

test('a wrong PIN is told with the tries that are left, and the right one still opens', async () => {
  const hanne = await setting.worker('hanne');
  await hanne.locks();
  await hanne.typesPin('918273');
  await hanne.seesProblem(/^Forkert pinkode\. Du har \d forsøg tilbage\.$/);
  assert.equal(await hanne.see('chip').count(), 0);
  await hanne.typesPin(hanne.device.pin);
  await hanne.see('chip').waitFor();
});

test('while the server is down the note is kept, and goes out when it is up again', async () => {
  const oliver = await setting.worker('oliver');
  await oliver.opensCase('Inger Rødhals');
  await setting.town.serverFalls();
  await oliver.writes('Støttestrømperne er taget af.');
  await oliver.finishes();
  await oliver.seesChip(/^Uden net · 1 gemt på tabletten$/);
  await oliver.opensSync();
  await oliver.seesProblem('Vi kunne ikke sende. Det, du har skrevet, er gemt.');
  assert.match(await oliver.see('waiting').innerText(), /Notat · Inger Rødhals/);
  await setting.town.serverStarts();
  await oliver.see('send-now').click();
  await oliver.seesChip(/^Alt er sendt og hentet/);
});

test('when the session has ended, one writes on, and the password sends it', async () => {
  const birgit = await setting.worker('birgit');
  await birgit.opensCase('Svend Isfugl');
  await setting.town.admin('session', 'end', '--user', 'birgit');
  await birgit.writes('Ser på huden i morgen.');
  await birgit.finishes();
  await birgit.seesChip(/^Log ind for at sende 1$/);
  await birgit.opensSync();
  await birgit.signsInAgain('forkert');
  await birgit.seesProblem('Brugernavn eller adgangskode er forkert. Prøv igen.');
  await birgit.signsInAgain(birgit.device.password);
  await birgit.seesChip(/^Alt er sendt og hentet/);
});

test('a closed account is told as such, and the words are still there behind the PIN', async () => {
  const peter = await setting.worker('peter');
  await peter.opensCase('Bodil Bogfinke');
  await setting.town.admin('account', 'close', '--user', 'peter');
  await peter.writes('Har talt med Bodil om frokosten.');
  await peter.finishes();
  await peter.seesChip(/^Din konto er lukket · 1 gemt på tabletten$/);
  await peter.locks();
  await peter.typesPin(peter.device.pin);
  await peter.see('case-title').waitFor();
  await peter.seesFinished('Har talt med Bodil om frokosten.');
  await peter.opensSync();
  await peter.seesProblem('Din konto er lukket. Det, du har skrevet, er gemt. Ring til din leder.');
});

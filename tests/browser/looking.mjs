// Looking at one view in one combination: size, appearance and language are set, and the screen is there and at rest.
// It takes no picture and runs no check.

/** Brings the view on, and returns its page. */
export async function lookAt({ person, place, ready, deed }, { size, theme, language }) {
  const { page } = person;
  await page.setViewportSize({ width: size.width, height: size.height });
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await person.choosesLanguage(language);
  if (place) {
    await person.goesTo(place);
  }
  await page.locator(ready).first().waitFor();
  await deed?.(person);
  await page.evaluate(() => document.fonts.ready);
  return page;
}

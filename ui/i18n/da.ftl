# Words on the screen, Danish. du-form, present tense. The English file has the same keys.

## What this is, as the person calls it
the-device =
    { $shape ->
        [phone] telefonen
        [computer] computeren
       *[other] tabletten
    }
this-device =
    { $shape ->
        [phone] denne telefon
        [computer] denne computer
       *[other] denne tablet
    }

## Around every screen
app-name = Feltbog
tabs = Faner
tab-today = I dag
tab-cases = Sager
tab-news = Nyheder
tab-more = Mere
tab-count =
    { $n ->
        [one] ny
       *[other] nye
    }
pane-list = Liste
pane-detail = Detaljer
pick-visit = Vælg et besøg på listen.
pick-case = Vælg en sag på listen.
pick-post = Vælg en nyhed på listen.
lock = Lås
back = Tilbage
opening = Åbner …
yes = Ja
no = Nej
language = Sprog
stopped-title = Feltbog svarer ikke.
stopped-hint = Det, du har skrevet, er gemt. Luk Feltbog, og åbn igen.
protected = Beskyttet adresse
invented = Opdigtet

## Times
clock = kl. { $time }
age = Senest hentet { $when }
age-never = Ikke hentet endnu
minutes = { $n } min.
weekday-1 = mandag
weekday-2 = tirsdag
weekday-3 = onsdag
weekday-4 = torsdag
weekday-5 = fredag
weekday-6 = lørdag
weekday-7 = søndag
weekday-1-short = man.
weekday-2-short = tirs.
weekday-3-short = ons.
weekday-4-short = tors.
weekday-5-short = fre.
weekday-6-short = lør.
weekday-7-short = søn.
month-1 = januar
month-2 = februar
month-3 = marts
month-4 = april
month-5 = maj
month-6 = juni
month-7 = juli
month-8 = august
month-9 = september
month-10 = oktober
month-11 = november
month-12 = december
month-1-short = jan.
month-2-short = feb.
month-3-short = mar.
month-4-short = apr.
month-5-short = maj
month-6-short = jun.
month-7-short = jul.
month-8-short = aug.
month-9-short = sep.
month-10-short = okt.
month-11-short = nov.
month-12-short = dec.

## The chip
chip-all-done = Alt er sendt og hentet { $when }
chip-all-done-short = Opdateret { $time }
chip-sending = Sender { $n } …
chip-fetching = Henter …
chip-fetching-rest = Henter resten …
chip-first-sync = Henter { $done } af { $total } …
chip-first-sync-open = Henter { $done } …
chip-time-left =
    { $unit ->
        [soon] Under 1 minut tilbage
        [hours] Ca. { $amount } { $amount ->
            [one] time
           *[other] timer
        } tilbage
       *[minutes] Ca. { $amount } { $amount ->
            [one] minut
           *[other] minutter
        } tilbage
    }
chip-waiting = { $n } venter på at blive sendt
chip-offline =
    { $n ->
        [0] Uden net
       *[other] Uden net · { $n } gemt på { the-device }
    }
chip-handling = { $n } kræver din handling
chip-sign-in =
    { $n ->
        [0] Log ind for at hente
       *[other] Log ind for at sende { $n }
    }
chip-closed =
    { $n ->
        [0] Din konto er lukket
       *[other] Din konto er lukket · { $n } gemt på { the-device }
    }

## Items
item-kept = Gemt på { the-device }
item-sent = Sendt { $when }
item-handed = Afleveret til din leder { $when }
item-handling = Kræver handling

## The gate
enrol-title = Log ind første gang
enrol-lead = Du skal bruge net én gang. Bagefter virker Feltbog også uden.
enrol-address = Serverens adresse
enrol-address-hint = Begynder med https://
enrol-token = Kode til { this-device }
enrol-token-hint = Du får koden af din systemadministrator. Den virker én gang.
enrol-user = Brugernavn
enrol-password = Adgangskode
enrol-pin = Vælg en pinkode
enrol-pin-hint = Seks cifre, ikke din fødselsdag og ikke 123456.
enrol-pin-again = Gentag pinkoden
enrol-pins-differ = De to pinkoder er ikke ens. Skriv dem igen.
enrol-unreachable = Serveren svarer ikke. Se efter, om adressen er rigtig, og om der er net.
enrol-submit = Log ind
enrol-busy = Logger ind …
pin-title = Skriv din pinkode
pin-lead = Logget ind som { $user }
pin-typed = { $n } af 6 cifre skrevet
pin-keys = Taltastatur
pin-erase = Slet sidste ciffer
signin-title = Log ind igen
signin-lead =
    { $user ->
        [none] Skriv din adgangskode.
       *[other] Skriv adgangskoden for { $user }.
    } Det, du har skrevet, er gemt.
signin-submit = Log ind

## Today
today-visits = Dagens besøg
today-empty = Ingen flere besøg i dag.
today-empty-hint = Får du et nyt besøg, kommer det her.
shift-ended = Din vagt sluttede { $when }. Sager fra vagten er taget af { the-device }.
shift-ended-waiting = Det, du har skrevet, er gemt og bliver sendt.
visit-with = Sammen med { $names }
visit-notes =
    { $n ->
        [one] { $n } notat
       *[other] { $n } notater
    }
task-done = udført
visit-done = Udført
visit-partly = Delvist udført
visit-cancelled-by-citizen = Aflyst af borgeren
visit-cancelled-by-us = Aflyst af os
visit-moved = Flyttet
visit-no-answer = Ingen åbner
visit-unknown = Se i en nyere version

## Cases
noun-cases = Sager
noun-citizens = Borgere
cases-search = Søg navn, adresse, nummer
cases-total =
    { $n ->
        [one] { $count } sag
       *[other] { $count } sager
    }
cases-unindexed = { $count } kan endnu ikke findes på ord i teksten.
cases-empty = Der er ingen åbne sager her endnu.
cases-empty-hint = Får du en sag, kommer den her.
cases-none-found = Ingen sager passer.
cases-none-found-hint = Prøv færre ord, eller slå et filter fra.
filter-mine = Mine
filter-overdue = Over frist
filter-show = Åbne eller lukkede
filter-type = Sagstype
filter-all-types = Alle typer
show-open = Åbne
show-closed = Lukkede
show-all = Alle
sort = Rækkefølge
sort-deadline = Efter frist
sort-subject = Efter navn
sort-number = Efter nummer
sort-changed = Senest ændret
case-due = Frist { $day }
case-overdue = Over frist: { $day }
state-open = Åben
state-paused = På pause
state-closed = Lukket
type-helhedspleje = Helhedspleje
type-tilsyn_i_byrum = Tilsyn i byrum
type-dagsnotater = Dagsnotater
step-oprettet = Oprettet
step-i_gang = I gang
step-paa_pause = På pause
step-afsluttet = Afsluttet
step-modtaget = Modtaget
step-planlagt = Planlagt
step-set_paa_stedet = Set på stedet
step-i_hoering = I høring
step-paabudt = Påbudt
step-efterkommet = Efterkommet
step-henlagt = Henlagt
step-aaben = Åben
step-fulgt_op = Fulgt op
step-lukket = Lukket

## One case
cpr = CPR
case-arriving = Resten af sagen er på vej.
facts = Oplysninger
fact-type = Sagstype
fact-birthday = Fødselsdag
fact-people = Medarbejdere
fact-unit = Afdeling
fact-opened = Oprettet
field-mobilitet = Mobilitet
field-hjaelpemidler = Hjælpemidler
field-opmaerksomhed = Opmærksomhed
field-tilladelse_nr = Tilladelse nr.
field-kategori = Kategori
field-sted = Sted
field-fare = Fare for trafik
field-fare_for_trafik = Fare for trafik
field-vagt = Vagt
field-emne = Emne
field-til_naeste_vagt = Til næste vagt
set-by = { $who } { $when }
conflict-both = I har begge ændret "{ $field }". Hvad skal gælde?
conflict-others = Flere har ændret "{ $field }" samtidig. Hvad skal gælde?
conflict-cleared = (tømt)
keep-mine = Behold min
use-other =
    { $ending ->
        [hiss] Brug { $name }'
       *[plain] Brug { $name }s
    }
visits = Besøg

## Notes
notes = Notater
notes-empty = Der er ingen notater endnu.
notes-older = { $count } ældre notater vises ikke her.
note-write = Skriv notat
note-label = Notat om { $name }
note-finish = Gem og afslut
note-continue = Skriv videre
note-new = Det, du skriver, bliver gemt med det samme.
note-keeping = Gemmer …
note-kept = Kladden er gemt på { the-device }.
note-unkept = Ikke gemt endnu. Bliv på siden.
note-held = En kollega har skrevet i notatet imens. Læs det, og afslut igen.
note-move-on = Fortsæt i et nyt notat
note-draft = Kladde
note-draft-by = { $names } · { $when }
note-finished-by = Afsluttet { $when } af { $who }
note-with = sammen med { $names }
note-late = Sendt senere: modtaget { $when }
note-addition = Skrevet samtidig med afslutningen:

## News
news-urgent = Driftsbesked
news-unread = Ikke læst
news-acknowledge = Beder om "Læst og forstået"
news-empty = Der er ingen nyheder.
news-empty-hint = Nyheder til dig kommer her.
news-by = { $who } · { $when }
news-for = Til { $units }
news-until = Gælder til { $day }

## Sent and fetched
sync-title = Sendt og hentet
sync-sent = Senest sendt { $when }
sync-sent-never = Du har ikke sendt noget endnu
sync-waiting = Venter på at blive sendt
sync-waiting-none = Der er intet, der venter.
sync-since = Skrevet { $when }
sync-counts = Hentet til { the-device }
send-now = Send og hent nu
kind-note = Notat
kind-field = Oplysning
kind-other = Andet
parked-words = Det, du skrev. Du kan markere og kopiere det.
dismiss = Fjern fra listen
dismiss-ask-seen = Er det klaret?
dismiss-ask = Ordene bliver slettet her. Har du kopieret dem?
dismiss-sure = Ja, fjern
dismiss-keep = Behold
refusal-no-right = Du har ikke længere adgang. Ring til din leder.
refusal-may-not-create = Du må ikke oprette dette her. Ring til din leder.
refusal-too-large = Teksten er for lang. Del den i flere notater.
refusal-author = Det er skrevet et andet sted. Send det derfra.
refusal-unreadable = Serveren kunne ikke læse det. Skriv det igen.
refusal-rule = Notatet var allerede afsluttet. Skriv et nyt notat.
refusal-may-not-write = Du må ikke ændre dette. Ring til din leder.
refusal-builds = Det bygger på noget, der ikke blev modtaget. Skriv det igen, hvis det mangler.
refusal-only-here = En kollega skrev det, og serveren mistede det, da den blev gendannet fra en kopi. Giv ordene videre, hvis de mangler.
refusal-set-aside = Det, der er hentet, kan ikke læses her. Alt andet virker. Sig det til din systemadministrator.
refusal-server-unread = Serveren kan ikke læse sin egen kopi. Det, du allerede har, bliver her. Sig det til din systemadministrator.
refusal-may-be-missing = Noget af det, du skrev sidst og ikke fik sendt, mangler måske: notesbogens fil var beskadiget, eller en gammel kopi er gendannet. Se dine seneste notater igennem, og skriv det, der mangler.
refusal-left-behind = Der lå en anden notesbog på { the-device }, som ikke længere kan åbnes. Den er gemt. Er der skrevet noget i den, som ikke blev sendt, så sig det til din systemadministrator.

## Notes without a place
loose-title = Notater uden plads
loose-lead = Skrevet af medarbejdere, der ikke havde adgang. Find ud af, hvor ordene hører til.
loose-empty = Der er ingen notater uden plads.
loose-empty-hint = Det, en medarbejder skriver uden adgang, kommer her.
loose-by = { $who } · skrevet { $when }
loose-about = Om { $name }
loose-about-unknown = Sagen kendes ikke her.
loose-received = Modtaget { $when }
loose-words = Ordene. Du kan markere og kopiere dem.
loose-arriving = Resten af ordene er på vej.
loose-as-note = Skriv som notat i sagen
loose-note-head = Skrevet af { $who } { $when }, uden adgang til sagen:
loose-settle = Markér som håndteret
handed-title = Afleveret til din leder
handed-why = Du havde ikke adgang, da du skrev. Din leder har fået det, du skrev. Du skal ikke gøre noget.
handed-line = Notat skrevet { $written } · afleveret { $handed }

## Settings
theme = Udseende
theme-auto = Som { the-device }
theme-light = Lyst
theme-dark = Mørkt
device = Om { the-device }
settings-user = Bruger
settings-address = Server
settings-version = Version
settings-size = Fylder
settings-encrypted = Alt på { the-device } er krypteret.
kilobytes = { $count } KB

## What stood in the way
problem-wrong-pin =
    { $left ->
        [one] Forkert pinkode. Du har { $left } forsøg tilbage.
       *[other] Forkert pinkode. Du har { $left } forsøg tilbage.
    }
problem-pin-wait =
    For mange forkerte pinkoder. Vent { $amount } { $unit ->
        [seconds] { $amount ->
            [one] sekund
           *[other] sekunder
        }
       *[minutes] { $amount ->
            [one] minut
           *[other] minutter
        }
    }.
problem-weak-pin = Vælg seks cifre, som ingen kan gætte.
problem-locked = Feltbog er låst. Skriv din pinkode.
problem-not-enrolled = Ingen er logget ind på { the-device }. Log ind først.
problem-bad-address = Adressen kan ikke bruges. Den begynder med https://
problem-server-unreachable = Vi kunne ikke sende. Det, du har skrevet, er gemt.
problem-not-our-server = Serveren er ikke en Feltbog-server, eller den er nyere end din app.
problem-bad-token = Koden er forkert, brugt eller for gammel. Bed om en ny.
problem-wrong-password = Brugernavn eller adgangskode er forkert. Prøv igen.
problem-account-closed = Din konto er lukket. Det, du har skrevet, er gemt. Ring til din leder.
problem-session-ended = Du er logget ud. Log ind for at sende.
problem-too-many-tries =
    For mange forsøg. Vent { $amount } { $unit ->
        [seconds] { $amount ->
            [one] sekund
           *[other] sekunder
        }
       *[minutes] { $amount ->
            [one] minut
           *[other] minutter
        }
    }.
problem-too-large = Teksten er for lang. Der er plads til { $limit } KB. Del den i flere notater.
problem-not-here = Den er ikke på { the-device }. Send og hent, og prøv igen.
problem-no-right = Du har ikke adgang til denne borger. Ring til din leder.
problem-note-finished = Notatet er afsluttet. Skriv rettelsen i et nyt notat.
problem-empty-note = Notatet har ingen ord endnu. Skriv først.
problem-bad-value = Det passer ikke i feltet. Ret det, og prøv igen.
problem-disk-full = Der er ikke plads på { the-device }. Slet noget andet, så gemmer vi.
problem-unreadable = Den kan ikke læses. Den er lagt til side og ikke slettet.
problem-damaged = Feltbog kan ikke læse sine filer på { the-device }. Intet er slettet. Ring til din systemadministrator, og slet ikke appen.
problem-newer-file = Filerne på { the-device } er fra en nyere Feltbog. Opdater appen.
problem-unexpected = Noget gik galt. Det, du har gemt, er her stadig. Prøv igen.

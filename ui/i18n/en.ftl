# Words on the screen, English. The Danish file has the same keys.

## What this is, as the person calls it
the-device =
    { $shape ->
        [phone] the phone
        [computer] the computer
       *[other] the tablet
    }
this-device =
    { $shape ->
        [phone] this phone
        [computer] this computer
       *[other] this tablet
    }

## Around every screen
app-name = Feltbog
tabs = Tabs
tab-today = Today
tab-cases = Cases
tab-news = News
tab-more = More
tab-count =
    { $n ->
        [one] new
       *[other] new
    }
pane-list = List
pane-detail = Details
pick-visit = Choose a visit in the list.
pick-case = Choose a case in the list.
pick-post = Choose a post in the list.
lock = Lock
back = Back
opening = Opening …
yes = Yes
no = No
language = Language
stopped-title = Feltbog does not answer.
stopped-hint = What you have written is kept. Close Feltbog and open it again.
protected = Protected address
invented = Invented

## Times
clock = { $time }
age = Last fetched { $when }
age-never = Not fetched yet
minutes = { $n } min
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
weekday-1-short = Mon
weekday-2-short = Tue
weekday-3-short = Wed
weekday-4-short = Thu
weekday-5-short = Fri
weekday-6-short = Sat
weekday-7-short = Sun
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
month-1-short = Jan
month-2-short = Feb
month-3-short = Mar
month-4-short = Apr
month-5-short = May
month-6-short = Jun
month-7-short = Jul
month-8-short = Aug
month-9-short = Sep
month-10-short = Oct
month-11-short = Nov
month-12-short = Dec

## The chip
chip-all-done = All sent and fetched { $when }
chip-all-done-short = Updated { $time }
chip-sending = Sending { $n } …
chip-fetching = Fetching …
chip-fetching-rest = Fetching the rest …
chip-first-sync = Fetching { $done } of { $total } …
chip-first-sync-open = Fetching { $done } …
chip-time-left =
    { $unit ->
        [soon] Less than a minute left
        [hours] About { $amount } { $amount ->
            [one] hour
           *[other] hours
        } left
       *[minutes] About { $amount } { $amount ->
            [one] minute
           *[other] minutes
        } left
    }
chip-waiting = { $n } waiting to be sent
chip-offline =
    { $n ->
        [0] No network
       *[other] No network · { $n } kept on { the-device }
    }
chip-handling =
    { $n ->
        [one] { $n } needs you
       *[other] { $n } need you
    }
chip-sign-in =
    { $n ->
        [0] Sign in to fetch
       *[other] Sign in to send { $n }
    }
chip-closed =
    { $n ->
        [0] Your account is closed
       *[other] Your account is closed · { $n } kept on { the-device }
    }

## Items
item-kept = Kept on { the-device }
item-sent = Sent { $when }
item-handed = Handed over to your leader { $when }
item-handling = Needs you

## The gate
enrol-title = First sign-in
enrol-lead = You need a network this once. After that Feltbog works without one.
enrol-address = Address of the server
enrol-address-hint = Begins with https://
enrol-token = Code for { this-device }
enrol-token-hint = Your operator gives you the code. It works once.
enrol-user = User name
enrol-password = Password
enrol-pin = Choose a PIN
enrol-pin-hint = Six digits, not your birthday and not 123456.
enrol-pin-again = Repeat the PIN
enrol-pins-differ = The two PINs differ. Write them again.
enrol-unreachable = The server does not answer. Check the address and the network.
enrol-submit = Sign in
enrol-busy = Signing in …
pin-title = Enter your PIN
pin-lead = Signed in as { $user }
pin-typed = { $n } of 6 digits entered
pin-keys = Number keys
pin-erase = Erase the last digit
signin-title = Sign in again
signin-lead =
    { $user ->
        [none] Enter your password.
       *[other] Enter the password of { $user }.
    } What you have written is kept.
signin-submit = Sign in

## Today
today-visits = Visits of the day
today-empty = No more visits today.
today-empty-hint = A new visit will appear here.
shift-ended = Your shift is over ({ $when }). Its cases have been taken off { the-device }.
shift-ended-waiting = What you wrote is kept and will be sent.
visit-with = Together with { $names }
visit-notes =
    { $n ->
        [one] { $n } note
       *[other] { $n } notes
    }
task-done = done
visit-done = Done
visit-partly = Partly done
visit-cancelled-by-citizen = Cancelled by the citizen
visit-cancelled-by-us = Cancelled by us
visit-moved = Moved
visit-no-answer = No answer
visit-unknown = See in a newer version

## Cases
noun-cases = Cases
noun-citizens = Citizens
cases-search = Search name, address or number
cases-total =
    { $n ->
        [one] { $count } case
       *[other] { $count } cases
    }
cases-unindexed = { $count } cannot be found by words in the text yet.
cases-empty = There are no open cases here yet.
cases-empty-hint = A new case will appear here.
cases-none-found = No case fits.
cases-none-found-hint = Try fewer words, or turn a filter off.
filter-mine = Mine
filter-overdue = Overdue
filter-show = Open or closed
filter-type = Type of case
filter-all-types = All types
show-open = Open
show-closed = Closed
show-all = All
sort = Order
sort-deadline = By deadline
sort-subject = By name
sort-number = By number
sort-changed = Latest change
case-due = Due { $day }
case-overdue = Overdue: { $day }
state-open = Open
state-paused = Paused
state-closed = Closed
type-helhedspleje = Home care
type-tilsyn_i_byrum = Street inspection
type-dagsnotater = Daily log
step-oprettet = Created
step-i_gang = Under way
step-paa_pause = Paused
step-afsluttet = Closed
step-modtaget = Received
step-planlagt = Planned
step-set_paa_stedet = Seen on site
step-i_hoering = In hearing
step-paabudt = Ordered
step-efterkommet = Complied with
step-henlagt = Dropped
step-aaben = Open
step-fulgt_op = Followed up
step-lukket = Closed

## One case
cpr = CPR
case-arriving = The rest of the case is on its way.
facts = Facts
fact-type = Type of case
fact-birthday = Birthday
fact-people = Workers
fact-unit = Unit
fact-opened = Opened
field-mobilitet = Mobility
field-hjaelpemidler = Aids
field-opmaerksomhed = Attention
field-tilladelse_nr = Permit no.
field-kategori = Category
field-sted = Place
field-fare = Danger to traffic
field-fare_for_trafik = Danger to traffic
field-vagt = Shift
field-emne = Subject
field-til_naeste_vagt = For the next shift
set-by = { $who } { $when }
conflict-both = You have both changed "{ $field }". Which is right?
conflict-others = Several people changed "{ $field }" at once. Which is right?
conflict-cleared = (cleared)
keep-mine = Keep mine
use-other =
    { $ending ->
        [hiss] Use { $name }’
       *[plain] Use { $name }’s
    }
visits = Visits

## Notes
notes = Notes
notes-empty = There are no notes yet.
notes-older = { $count } older notes are not shown here.
note-write = Write a note
note-label = Note about { $name }
note-finish = Save and finish
note-continue = Go on writing
note-new = What you write is kept at once.
note-keeping = Keeping …
note-kept = The draft is kept on { the-device }.
note-unkept = Not kept yet. Stay on this page.
note-held = A colleague wrote in the note meanwhile. Read it, and finish again.
note-move-on = Go on in a new note
note-draft = Draft
note-draft-by = { $names } · { $when }
note-finished-by = Finished { $when } by { $who }
note-with = with { $names }
note-late = Sent later: received { $when }
note-addition = Written while it was being finished:

## News
news-urgent = Operations
news-unread = Not read
news-acknowledge = Asks for "Read and understood"
news-empty = There is no news.
news-empty-hint = News for you appears here.
news-by = { $who } · { $when }
news-for = For { $units }
news-until = Until { $day }

## Sent and fetched
sync-title = Sent and fetched
sync-sent = Last sent { $when }
sync-sent-never = You have sent nothing yet
sync-waiting = Waiting to be sent
sync-waiting-none = Nothing is waiting.
sync-since = Written { $when }
sync-counts = Fetched to { the-device }
send-now = Send and fetch now
kind-note = Note
kind-field = Field
kind-other = Other
parked-words = What you wrote. You can mark and copy it.
dismiss = Take off the list
dismiss-ask-seen = Is it taken care of?
dismiss-ask = The words are deleted here. Have you copied them?
dismiss-sure = Yes, take off
dismiss-keep = Keep
refusal-no-right = You no longer have access. Call your leader.
refusal-may-not-create = You may not create this here. Call your leader.
refusal-too-large = The text is too long. Split it into several notes.
refusal-author = It was written somewhere else. Send it from there.
refusal-unreadable = The server could not read it. Write it again.
refusal-rule = The note was finished already. Write a new note.
refusal-may-not-write = You may not change this. Call your leader.
refusal-builds = It builds on something that was not taken. Write it again if it is missing.
refusal-only-here = A colleague wrote it, and the server lost it when it was restored from a copy. Pass the words on if they are missing.
refusal-set-aside = What was fetched cannot be read here. Everything else works. Tell your operator.
refusal-server-unread = The server cannot read its own copy. What you already have stays here. Tell your operator.
refusal-may-be-missing = Something you wrote last and had not sent may be missing: the notebook's file was damaged, or an old copy was put back. Look through your latest notes, and write what is missing.
refusal-left-behind = Another notebook lay on this device that can no longer be opened. It was kept. If something in it had not been sent, tell your operator.

## Notes without a place
loose-title = Notes without a place
loose-lead = Written by staff who had no access. Find out where the words belong.
loose-empty = There are no notes without a place.
loose-empty-hint = What somebody writes without access comes here.
loose-by = { $who } · written { $when }
loose-about = About { $name }
loose-about-unknown = The case is not known here.
loose-received = Received { $when }
loose-words = The words. You can select and copy them.
loose-arriving = The rest of the words is on its way.
loose-as-note = Write as a note in the case
loose-note-head = Written by { $who } { $when }, without access to the case:
loose-settle = Mark as dealt with
handed-title = Handed over to your leader
handed-why = You had no access when you wrote. Your leader has the words. You need not do anything.
handed-line = Note written { $written } · handed over { $handed }

## Settings
theme = Appearance
theme-auto = As { the-device }
theme-light = Light
theme-dark = Dark
device = About { the-device }
settings-user = User
settings-address = Server
settings-version = Version
settings-size = Size
settings-encrypted = Everything on { the-device } is encrypted.
kilobytes = { $count } KB

## What stood in the way
problem-wrong-pin =
    { $left ->
        [one] Wrong PIN. You have { $left } try left.
       *[other] Wrong PIN. You have { $left } tries left.
    }
problem-pin-wait =
    Too many wrong PINs. Wait { $amount } { $unit ->
        [seconds] { $amount ->
            [one] second
           *[other] seconds
        }
       *[minutes] { $amount ->
            [one] minute
           *[other] minutes
        }
    }.
problem-weak-pin = Choose six digits that nobody can guess.
problem-locked = Feltbog is locked. Enter your PIN.
problem-not-enrolled = Nobody has signed in on { this-device }. Sign in first.
problem-bad-address = The address cannot be used. It begins with https://
problem-server-unreachable = We could not send. What you have written is kept.
problem-not-our-server = The server is not a Feltbog server, or is newer than your app.
problem-bad-token = The code is wrong, used or too old. Ask for a new one.
problem-wrong-password = User name or password is wrong. Try again.
problem-account-closed = Your account is closed. What you have written is kept. Call your leader.
problem-session-ended = You are signed out. Sign in to send.
problem-too-many-tries =
    Too many tries. Wait { $amount } { $unit ->
        [seconds] { $amount ->
            [one] second
           *[other] seconds
        }
       *[minutes] { $amount ->
            [one] minute
           *[other] minutes
        }
    }.
problem-too-large = The text is too long. There is room for { $limit } KB. Split it into several notes.
problem-not-here = It is not on { this-device }. Send and fetch, and try again.
problem-no-right = You have no access to this citizen. Call your leader.
problem-note-finished = The note is finished. Write the correction in a new note.
problem-empty-note = The note has no words yet. Write first.
problem-bad-value = That does not fit the field. Correct it and try again.
problem-disk-full = There is no room on { the-device }. Delete something else, and we will keep it.
problem-unreadable = It cannot be read. It is set aside and not deleted.
problem-damaged = Feltbog cannot read its files on { this-device }. Nothing is deleted. Call your operator, and do not delete the app.
problem-newer-file = The files on { this-device } are from a newer Feltbog. Update the app.
problem-unexpected = Something went wrong. What you have kept is still here. Try again.

# What the command line says to people.

demo-making = First start: making the demo county …
demo-history = Living through { $day } · { $cases } cases
demo-ready = The demo county is ready: { $cases } cases, { $steps } steps, { $seconds } s
demo-failed = The demo's history was not made; the messages above say why.
demo-other-database = { $file } is no demo database: choose another folder with --data-dir.
demo-too-many-grids = The district cannot be divided into so many grids; choose another --grids.
demo-serving = GridWhistle 网格哨 · Ganyu district (demo)

    API            { $base }/api/v1
    Documentation  { $base }/docs
    Accounts       { $accounts }

    Terminal client, in another terminal:

    { $client }

    Other accounts: registrar, dispatcher, dispatcher_county, unit_leader, supervisor, … (see the file above).
    Boundaries are schematic (示意边界). Ctrl-C stops the server; the data stays.
check-summary = { $events } events, { $cases } cases, { $faults } faults
check-counts = { $cases } cases, { $parties } parties, { $assignments } assignments, { $whistles } whistles
check-row-counts = stored are { $stored }; the log tells of { $told }
check-number-gaps = the numbers that begin with { $begin } have gaps
check-case = case { $number } differs from its log
check-assignments = the assignments of case { $number } differ from its log
check-whistles = the whistles of case { $number } differ from its log
check-waiting = the queues in which case { $number } waits differ from its log
check-party-missing = { $party } is missing from the parties of case { $number }
check-log-jumps = the log jumps from { $from } to { $to }
check-row-changed = row { $seq } of the log was changed after it was written
check-row-unreadable = row { $seq } of the log cannot be read
check-no-report = row { $seq } begins a case without a report
check-list-entry = the entry { $code } of the list { $list } differs from what its versions made of it
check-list-versions = the versions of the list { $list } have gaps
import-changed = { $changed } entries changed
import-features = { $features } features read
import-comparing = comparing with neighbours
import-overtaken = The grids or the divisions changed while the file was checked; nothing was imported: import it again.
import-calendar = The calendar
import-moved = { $deadlines } open deadlines of { $cases } cases moved
import-moved-line = { $number } { $clock }{ $unit }: { $before } > { $after }
import-moved-return = last moment for a return
import-moved-more = and { $more } more; { $option } with a file writes all of them
import-moved-failed = { $failed } cases could not be read or written: the server tries them again, see its log.
import-refused = { $file } has { $faults } faults; nothing was imported.
import-too-large = { $file } is larger than { $bytes } bytes: split it.
import-fault = { $file }: { $fault }
import-reason = import of { $file }
shipped-data = the shipped data
user-added = { $username } was added
user-scope-unknown = { $post }: the scope is not known; import it first.
user-form = { $post }: write a post, @ and a scope, such as grid_worker@320707101201001.
user-no-such-post = { $post }: there is no such post.
user-nobodys-post = { $post }: nobody holds this post.
user-password-unreadable = the password could not be read from standard input
user-password-too-short = The password must have at least 8 characters.
user-username-unusable = A user name has letters, digits, dot, hyphen and underscore, 64 at most.
user-taken = The user name { $username } is taken.
address-taken = { $listen } is taken: another server runs there. Stop it, or choose another port with --listen { $ip }:0.
address-forbidden = { $listen } may not be used by this account; choose a port above 1023 with --listen.
address-unusable = { $listen } cannot be used: { $reason }
database-closed = the database cannot be opened
file-unreadable = { $file } cannot be read
file-unwritable = { $file } cannot be written
folder-unmakable = the folder { $folder } cannot be made
key-damaged = { $file } does not hold 32 bytes; restore it from a backup.
webhook-address = The address of the webhook must begin with http:// or https:// and name a host.
webhook-client = Nothing can be posted from this machine.
webhook-secret-short = { $file } holds less than { $least } bytes; draw a longer secret, for example with openssl rand -hex 32.
server-stopped = the server cannot go on
key-told-once = The key is told this once; keep it where secrets are kept.
key-live = live
key-expired = expired
key-revoked = revoked
key-revoked-now = { $what } was revoked
key-unknown = { $what }: there is no such key.
key-division-unknown = { $what }: there is no such division; import it first.
key-no-such-scope = { $what }: there is no such scope; write cases:file, cases:read, events:read, figures:read or personal:read.
key-life = A key needs a scope and ends within 366 days.
export-no-list = there is no list { $list }, or it had no such version
export-no-day = { $text } is no day: write it like 2026-07-01
tick-done = { $now }: { $events } events of { $cases } cases happened by themselves; { $failed } failed
tick-failed = What failed is logged above; run it again, or let a serving server try.
deadline-refused = There is no answer: the question breaks the rules above.
deadline-provisional = provisional: the calendar is known until { $until }
deadline-calendar = version { $version } of the calendar, known until { $until }; { $rule }
deadline-whole-days = working days are whole days
deadline-eight-hours = a working day is eight working hours
deadline-more = … and { $days } days more
deadline-wrong = { $place }: { $wrong }
deadline-no-moment = write a moment as 2026-02-13T17:00, in UTC+8 unless an offset follows
deadline-no-pause = write a pause as FROM/TO
day-workday = workday
day-made-up = working weekend
day-weekend = weekend
day-holiday = holiday
day-counted = counted
day-start = start day
day-off = not counted
day-paused = paused
day-closed = after closing
day-carried-over = end carried over

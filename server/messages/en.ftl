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

    target/release/whistle --demo grid_worker

    Other accounts: registrar, dispatcher, unit_leader, supervisor, … (see the file above).
    Boundaries are schematic (示意边界). Ctrl-C stops the server; the data stays.
check-summary = { $events } events, { $cases } cases, { $faults } faults
check-counts = { $cases } cases, { $parties } parties, { $assignments } assignments, { $whistles } whistles
check-row-counts = stored are { $stored }; the log tells of { $told }
check-number-gaps = the numbers that begin with { $begin } have gaps
check-case = case { $number } differs from its log
check-assignments = the assignments of case { $number } differ from its log
check-whistles = the whistles of case { $number } differ from its log
check-party-missing = { $party } is missing from the parties of case { $number }
check-log-jumps = the log jumps from { $from } to { $to }
check-row-changed = row { $seq } of the log was changed after it was written
check-row-unreadable = row { $seq } of the log cannot be read
check-no-report = row { $seq } begins a case without a report
import-changed = { $changed } entries changed
import-refused = { $file } has { $faults } faults; nothing was imported.
import-too-large = { $file } is larger than { $bytes } bytes: split it.
import-unknown-matter = { $file }: the matter { $matter } is in no catalogue; import that first.
import-fault = { $file }: { $fault }
import-reason = import of { $file }
import-at-line = line { $line }: { $wrong }
import-at-field = line { $line }, column { $column } ({ $name }): { $wrong }
import-at-character = line { $line }, character { $column }: { $wrong }
import-at-pointer = { $pointer }: { $wrong }
import-wrong-size = the file has { $bytes } bytes: split it into files of at most { $most }
import-wrong-header = the first line must be { $wanted }
import-empty-file = the file is empty: begin with { $wanted }
import-no-table = this is no comma-separated table: save it again as CSV in UTF-8
import-field-count = { $found } fields where the header has { $wanted } columns
import-too-long = longer than { $most } characters: shorten it, or close the quotes
import-control-character = holds a line break or another control character: remove it
import-empty = empty: fill it in
import-not-one-of = { $text } is none of { $names }
import-no-day = { $text } is not a day: write it as YYYY-MM-DD, like 2026-02-13
import-ends-too-early = not after valid_from, { $from }
import-no-function = { $text } is no function: write small letters, digits and _, like water_supply
import-no-digits = { $text } is no code: write exactly { $digits } digits
import-no-province = { $text } is no division: the first two digits name the province and are not 00
import-no-village = { $text } is no grid: the first twelve digits must name a village, not a higher level
import-no-sequence = { $text } is no grid: the last three digits count from 001
import-twice = { $entry } stands twice: keep one of the entries
import-other-level = { $code } is the code of a { $is }, not of a { $level }
import-parent-not-above = { $parent } is not on an earlier line: put it there
import-other-parent = { $parent } does not contain this division
import-no-matter = { $text } is not a matter: write the kind (event, component) and a code of five digits
import-matter-twice = { $matter } stands twice in { $catalogue }: keep one of the lines
import-other-major = the code { $code } belongs to { $major }
import-no-condition = { $text } is no condition: write the matter, a slash and a number from 1, like event-06010/1
import-no-step = { $text } is no step: count from 1
import-step-out-of-order = { $found } where { $expected } comes next
import-first-step-only = stands at the first step only: leave it empty
import-no-amount = { $text } is no whole number from 1
import-amount-beyond = a limit of { $amount } is not possible in this unit: give 1 to { $most }
import-no-time-unit = { $text } is no unit of time: write emergency_ or working_ and minutes, hours or days, or calendar_days
import-no-unit = { $text } is no unit of this division: write { $prefix }- and up to 16 small letters or digits
import-no-prefix = { $text } begins no code: write up to five digits
import-duty-twice = has a duty in these matters from this day on an earlier line: keep one
import-duty-overlaps = overlaps the duty that an earlier line gives this function in these matters from { $from }: let one end before the other begins
import-no-lead = nobody leads these matters on { $on }: add a lead with the same or a shorter code_prefix that is in force then
import-json-syntax = this breaks the rules of JSON: look for a missing comma, quote or bracket here
import-json-ends = the JSON ends too early: is the file whole?
import-json-shape = something is missing or of the wrong type; write as in { $example }
import-other-year = { $date } belongs neither to { $year } nor to the December before
import-no-collection = { $text } where FeatureCollection must stand
import-geometry-missing = missing: give a Polygon or a MultiPolygon
import-properties-missing = missing: give code, name, kind and schematic
import-text-missing = missing: give a text
import-flag-missing = missing: give true (drawn to show) or false (surveyed)
import-no-name = a name has 1 to 100 characters and no control characters
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

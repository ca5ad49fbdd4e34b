# Every kind of problem: its title, and what to say (detail) where nothing more particular is known.

problem-bad-request = The request cannot be understood
    .detail = Compare the request with the documentation of the API.
problem-malformed-json = The body is not proper JSON
    .detail = Mend the places listed and send it again.
problem-unreadable-body = The body could not be read to its end
    .detail = The connection broke, or the body is not as declared. Send it again.
problem-invalid-parameter = A parameter is wrong
    .detail = Mend the parameters listed and send the request again.
problem-unknown-field = The body has fields that are not known
    .detail = Remove or rename the fields listed; the documentation of the API has their names.
problem-idempotency-key-missing = Idempotency-Key is missing
    .detail = Make an id for each report and send it in the header Idempotency-Key; use the same one to try again.
problem-unauthenticated = Not logged in
    .detail = Log in first. If you were logged in, the session may have ended.
problem-wrong-credentials = Wrong user name or password
    .detail = Check both and try again.
problem-forbidden = Not permitted
    .detail = Your posts do not permit this.
problem-no-such-route = No such address
    .detail = Compare the address with the documentation of the API.
problem-not-found = Not found
    .detail = There is no such thing, or it is outside your scope.
problem-method-not-allowed = This address does not take this method
    .detail = The header Allow lists the methods that it takes.
problem-action-not-allowed = Not at this stage
    .detail = The case has moved on; allowed lists what can be done now.
problem-conflict = In conflict with what exists
    .detail = What exists does not allow this. Refresh and try again.
problem-in-progress = The same request is being worked on
    .detail = A request with this Idempotency-Key is not finished yet. Try again shortly.
problem-gone = No longer valid
    .detail = It was there once but has been used or has expired.
problem-stale-version = Somebody else has changed it
    .detail = You have seen an older version. Refresh before you decide.
problem-body-too-large = The body is too large
    .detail = Make it smaller and send it again.
problem-unsupported-media-type = Unsupported media type
    .detail = Set Content-Type as the documentation says, such as application/json (UTF-8).
problem-invalid-body = The body is not as it should be
    .detail = Mend the fields listed and send it again.
problem-idempotency-key-reused = Idempotency-Key belongs to another request
    .detail = The same key came before with another body. Make a new key for a new body.
problem-rule-violated = Against a rule
    .detail = Change what is listed and send it again.
problem-precondition-required = If-Match is missing
    .detail = Read the current version before you decide, and send its ETag in the header If-Match.
problem-too-many-requests = Too many requests
    .detail = Wait as many seconds as the header Retry-After says and try again.
problem-internal = The server failed
    .detail = The failure has been noted. Give the request_id to your administrator.
problem-unavailable = Not available now
    .detail = The server is starting or stopping, or its storage does not answer. Try again shortly.
problem-deadline-passed = Not finished in time
    .detail = The server did not finish in time and the outcome is unknown. Try again with the same Idempotency-Key.

# Bodies and parameters

json-empty = The body is empty; it should be JSON.
json-malformed = Not proper JSON near line { $line }, column { $column }.
body-larger-than = The body may have { $bytes } bytes at most. Make it smaller and send it again.
parameter-unreadable = The value cannot be read; the documentation of the API has its form.

# Single faults

fault-required = Required.
fault-unknown-field = There is no such field.
fault-unknown-parameter = There is no such parameter.
fault-repeated-parameter = May be given once only.
fault-duplicate-field = The field is given twice.
fault-too-deep = May be nested { $max } levels at most.
fault-wrong-type = { $type ->
    [string] Must be text.
    [integer] Must be a whole number.
    [number] Must be a number.
    [boolean] Must be true or false.
    [array] Must be a list.
   *[object] Must be an object.
}
fault-null = Must not be null; leave the field out instead.
fault-one-of = Must be one of: { $allowed }.
fault-no-shape = Fits none of the forms that may stand here.
fault-too-short = Must have at least { $min } { $min ->
    [one] character
   *[other] characters
}.
fault-too-long = May have { $max } { $max ->
    [one] character
   *[other] characters
} at most.
fault-pattern = Has another form than { $pattern }.
fault-format = { $format ->
    [uuid] Must be a UUID such as 0198c5a0-5b1e-7c3d-9a4f-2b6e8d0c1f35.
    [date] Must be a date such as 2026-03-01.
   *[other] Must be a time with offset such as 2026-03-01T09:30:00+08:00.
}
fault-control-character = Must not contain the control character { $character }.
fault-too-small = Must be { $min } or more.
fault-not-above = Must be more than { $min }.
fault-too-large = Must be { $max } or less.
fault-not-below = Must be less than { $max }.
fault-not-multiple = Must be a multiple of { $of }.
fault-too-few-items = Must have at least { $min } { $min ->
    [one] item
   *[other] items
}.
fault-too-many-items = May have { $max } { $max ->
    [one] item
   *[other] items
} at most.
fault-repeated-item = This item is given twice.
fault-unreadable = The value cannot be read ({ $reason }).

# Rules of the field that say no, stages, parts of requests, the resident's page

refusal-not-found = There is no such thing, or it is outside your scope.
refusal-post-forbids = None of your posts permits this here.
refusal-stage-forbids = Not possible at this stage: { $stage }.
refusal-unknown-matter = The catalogue has no matter { $matter }.
refusal-matter-not-in-force = The matter { $matter } is not in force on this day; choose one that is.
refusal-unknown-condition = The matter has no condition { $condition }.
refusal-power-not-held = The unit { $unit } cannot lead: its town does not hold the power { $item } { $name }, which this matter needs. Give the lead to the county department.
refusal-too-few-certified = The unit { $unit } cannot lead: { $officers } of its officers hold a valid certificate ({ $field }); an enforcement step needs two.
refusal-unknown-unit = There is no unit { $unit }, or it is no longer in force.
refusal-unknown-kind = There is no kind of whistle { $kind } here.
refusal-one-lead = Name exactly one unit that leads.
refusal-unit-twice = The unit { $unit } is named twice or is at work on this case already.
refusal-kind-forbids = Your post may not blow this kind of whistle: { $kind }.
refusal-place-set-by-others = Others set place and time for this kind of whistle: { $kind }.
refusal-meeting-incomplete = This kind of whistle ({ $kind }) calls units only once you say where and when they meet.
refusal-nobody-leaves-early = With this kind of whistle ({ $kind }) nobody leaves before his part is finished or he is excused.
refusal-town-acts-itself = The town calls units itself; a centre above does so in its stead when nobody is on duty there or nobody has signed in time.
refusal-via-the-county = Here the county's centre calls its units: { $unit }.
handover-not-on-duty = Only those named in the shift that is on, or was on last, hand over.
handover-handed-over = This shift was handed over already, or the last handover waits to be taken over.
handover-not-next = Only those named in the shift that follows take over.
handover-same-person = Whoever gives does not take: somebody of the next shift signs.
handover-taken-over = Somebody has taken over already.
conflict-has-begun = The shift has begun; only what lies ahead can be changed.
refusal-whistle-open = Another whistle on this case is waiting or being answered.
refusal-not-approved = The whistle has to be approved first.
refusal-not-registered = The case has to be registered before units are called ({ $stage }).
refusal-no-emergency-condition = An emergency whistle needs a matter with an emergency condition.
refusal-nobody-to-call = No duty names a unit for this matter; name the units yourself.
refusal-already-done = This was done already.
refusal-not-checked-in = A unit called to the scene has to report there before it finishes.
refusal-others-unfinished = Others have not finished: { $units }.
refusal-step-unfinished = Complete the earlier steps of the handling first.
refusal-last-step = The last step is completed by finishing.
refusal-return-too-late = A return could be asked for until { $until }.
refusal-lead-not-excused = The lead cannot be excused; take the order back instead.
refusal-not-the-blower = Only the one who blew the whistle may do this.
refusal-handled-it-yourself = You belong to a unit that handled the case; somebody else verifies.
refusal-dispatched-it-yourself = You dispatched in this round; somebody else verifies.
refusal-not-its-assignment = The assignment { $assignment } is not a finished one of this whistle and round.
refusal-standard-not-met = The closing standard is not ticked; send it back to be verified, or tick it.
refusal-reopen-too-late = The case could be reopened until { $until }.
refusal-already-scored = This unit was scored; a score is never changed.
refusal-no-feedback = Nobody is to be asked about this case.
refusal-feedback-concluded = This was answered already.
refusal-feedback-expired = It could be answered until { $until }.
refusal-no-grid = The place lies in no known grid; nobody is there to look.
refusal-not-confirmed = Somebody was asked to look; wait for the finding until { $until }.
refusal-not-empowered = The unit leader finishes, or an officer whom he has named and empowered for it.
refusal-no-draft = No officer of your unit has written an answer to consent to.
refusal-no-reopening-request = Nobody has asked for this case to be reopened, or it was decided already.
refusal-claimed = { $name } works on this case until { $until }.
refusal-not-claimed = Nobody has claimed this case.
refusal-not-self-handled = The condition { $condition } does not allow a worker to settle it himself.
refusal-evidence-missing = Photographs of before and of after are needed.
refusal-settled-already = What was settled calls nobody: leave out the whistle or self_handled.
refusal-unknown-case = There is no such other case, or it is outside your scope.
refusal-same-case = Name another case, not this one.
refusal-other-ended = The case { $number } is not open any more; link it instead.
refusal-suspended = The case is suspended until { $until }; resume it first.
refusal-not-suspended = The case is not suspended.
refusal-deadline-passed = This was possible before the deadline { $until } only.
refusal-extensions-used-up = The limit may be extended { $most } times a round at most; that was done.
refusal-suspended-once = A round is suspended once at most; that was done.
refusal-nothing-to-decide = Nobody asked for this, or it was decided already.
refusal-file-number-missing = Name the file of the enforcement procedure.
refusal-until-out-of-range = Give a day in the future, { $latest } at the latest.
refusal-unknown-supervision = No supervision with the number { $number } waits for a reply.
refusal-received-the-return = You accepted the return: dispatch again or send back; declaring void takes another person.
stage-reported = reported
stage-confirming = to be confirmed
stage-accepted = accepted
stage-registered = registered
stage-assigned = assigned
stage-handling = in handling
stage-handled = handled
stage-verifying = in verification
stage-verified = verified
stage-closed = closed
stage-declined = declined
stage-unregistered = not registered
stage-voided = void
stage-merged = merged
stage-whistle-requested = whistle requested
stage-whistle-issued = whistle issued
stage-whistle-on-scene = on the scene
stage-whistle-finished = whistle to be scored
stage-whistle-scored = whistle scored
stage-whistle-refused = whistle refused
stage-whistle-withdrawn = whistle withdrawn
stage-assignment-issued = to be signed
stage-assignment-signed = signed
stage-assignment-contacted = contacted
stage-assignment-arrived = on the scene
stage-assignment-reported-done = to be approved by the unit
stage-assignment-finished = finished
stage-assignment-returned = returned
stage-assignment-revoked = taken back
stage-assignment-excused = excused
wrong-password-too-short = Must have at least 8 characters.
wrong-username-unusable = May have letters, digits, dot, hyphen and underscore, 64 at most.
wrong-not-uuid-v7 = Must be a UUID of version 7.
wrong-not-on-the-globe = The coordinates do not lie on the globe.
wrong-unknown-grid = There is no such grid in force.
wrong-nowhere = Give coordinates or a grid.
wrong-half-a-position = Give both lon and lat, or neither.
wrong-unknown-attachment = You have uploaded no such photograph.
wrong-no-picture = The file is no usable JPEG or PNG picture (at most 8,000 pixels a side).
wrong-not-a-matter = Write kind, hyphen and five digits, such as event-06010.
wrong-grid-twice = The grid is given twice.
wrong-moment-out-of-range = Moments lie in the years 2000 to 2199.
wrong-too-many-extensions = More extensions than can be granted in a round.
wrong-too-many-pauses = At most 100 pauses.
wrong-pause-before-start = A clock pauses after its start, not before.
wrong-pause-ends-early = A pause ends after it begins.
wrong-pauses-overlap = The pause begins before the one before it has ended: give them in order and apart.
wrong-unknown-village = The grid's village is not known.
wrong-boundary = The boundary is wrong ({ $code }) at { $place }.
wrong-overlap = Grids { $a } and { $b } overlap at { $place }, { $area } m².
wrong-not-a-day = Must be a day of the calendar such as 2026-12-01.
wrong-one-owner = Give a division, a unit or a grid, not several.
wrong-period = Give from and to as days, from before to, not too far apart.
conflict-case-exists = A case with the id { $id } was filed before.
conflict-external-number = The external number belongs to the case { $id }.
conflict-taken = { $what } is taken.
rating-title = How did we do?
rating-about = { $town }, case { $number }: { $matter }
rating-contacted = Did anybody contact you about it?
rating-solved = Is it solved?
rating-satisfaction = How satisfied are you?
rating-yes = Yes
rating-no = No
rating-partly = Partly
rating-very-satisfied = Very satisfied
rating-satisfied = Satisfied
rating-basically-satisfied = Basically satisfied
rating-dissatisfied = Dissatisfied
rating-very-dissatisfied = Very dissatisfied
rating-text = Anything to add?
rating-may-contact = You may contact me about it.
rating-send = Send
rating-thanks = Thank you. Your answer has been counted.
rating-gone = This link was used or has expired.
rating-unknown = This link is not known. Check that it is complete.
rating-later = Not possible right now. Please try again in a minute.
rating-incomplete = Please answer all three questions (remarks: 500 characters at most).
condition-generic = Any occurrence
condition-generic-standard = The problem is solved and the place in order
routing-no-duty = The comprehensive enforcement bureau steps in: no duty names a lead
refusal-through-the-centre = The reporter stays unknown: speak to him through the centre.
wrong-purpose-unexplained = Say in note what the data is looked at for.
wrong-unknown-desk = There is no such centre or unit.
wrong-shift-ends-too-early = A shift ends after it begins.
wrong-shift-too-long = A shift has 72 hours at most.
wrong-shift-over = This shift is over already.
wrong-shift-no-name = Give a name of 1 to 30 characters.
wrong-shift-no-telephone = Give a telephone number: digits, blanks, hyphens, 3 to 20 characters.
wrong-shift-overlaps = Another shift of this desk is on at the same time.
wrong-shift-other-desk = A shift stays at its desk: cancel it and enter another one.
wrong-unknown-preset = There is no such preset: default, nanjing-gulou, beijing, pinggu.
wrong-too-many-kinds = May have 20 kinds at most.
wrong-kind-id = Small letters, digits and underscores, 40 at most, a letter first.
wrong-kind-twice = There is a kind of this identity already.
wrong-kind-name = Give a name of 1 to 30 characters.
wrong-nobody-blows = Name at least one post that may blow it.
wrong-unknown-post = There is no such post.
wrong-post-out-of-place = Nobody in this post can do this.
wrong-nobody-sets-place = Name the dispatcher, or every post that may blow it: otherwise nobody can say where units meet.
wrong-limit-out-of-range = A limit is 1 up to ten years.
wrong-sign-after-check-in = There are hours from which the check-in would be due before the signature.
wrong-finish-before-check-in = There are hours from which the finish would be due before the check-in.
wrong-ladder-not-ascending = Each step comes later than the one before: 1 minute up to a week.
wrong-ladder-too-long = Three steps at most: the unit's leader, the duty leader, the county's centre.
wrong-figure-out-of-range = No place can mean this figure.
wrong-unknown-matter = The catalogue has no such matter.
wrong-division-without-centre = Towns, counties and cities have settings of their own; villages and provinces have none.
wrong-unknown-division = There is no such division.
wrong-key-life = A key ends after now and within 366 days.
wrong-no-scope = Give at least one scope.
wrong-unknown-app = There is no such application in this division.

# What is wrong with a list, and where

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
import-no-moment = { $text } is no minute such as 2026-07-15 08:00
import-no-day = { $text } is not a day: write it as YYYY-MM-DD, like 2026-02-13
import-ends-too-early = not after its beginning, { $from }
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
import-not-empty = has no meaning for this kind of row: leave it empty
import-no-day-of-year = { $text } is no day of the year: write month and day as MM-DD, like 05-01
import-no-hours = { $text } are no working hours: write spans like 08:00-12:00 14:00-18:00 that do not overlap, 24:00 at most
import-too-many-days = at most { $most } days stand in one row: give the others in another
import-too-many-times = a division has at most { $most } rows for a use: leave out those of years gone by
import-time-twice = line { $line } says the same of this division: keep one of the two
import-time-overlaps = line { $line } says something of { $on } too: keep one, or let one end before the other begins
import-no-collection = { $text } where FeatureCollection must stand
import-geometry-missing = missing: give a Polygon or a MultiPolygon
import-properties-missing = missing: give code, name, kind and schematic
import-text-missing = missing: give a text
import-flag-missing = missing: give true (drawn to show) or false (surveyed)
import-no-name = a name has 1 to 100 characters and no control characters
import-unknown-division = there is no division { $text }; import the divisions first or mend the code
import-unknown-unit = there is no unit { $text }; import the units first or mend the code
import-unknown-function = no unit has the function { $text }; import the units first or mend the name
import-unknown-matter = the catalogue has no such matter: { $text }; import the catalogue first or mend the code
import-unknown-power = no town was granted the power { $text }; import the powers first or mend the code
import-predecessor-cycle = a division cannot come from itself: { $cycle }; take one of them out of the predecessors
import-no-predecessor = the predecessor { $text } is not in the list; add it, with its last day
import-entry-overlaps = an entry about the same, from { $from }, is in force on the same days; end that one first or begin later
import-no-item-code = { $text } is no code: write letters, digits and hyphens, at most 40
import-nothing-required = neither a power nor a field of certificates: name what the step needs
import-no-course = { $text } is no course: write states with their days, like proposed 2026-01-05; in_force 2026-02-01
import-course-begins = no entry begins as { $state }
import-course-follows = { $state } does not follow { $before }
import-course-backwards = { $on } lies before the step that it follows

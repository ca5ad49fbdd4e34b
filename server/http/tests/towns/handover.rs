//! How a desk is handed on (交接班): the county's and a unit's as a town's, and what one shift leaves undone the next
//! makes good.

use gridwhistle_domain::access::Post;
use poem::http::Method;
use serde_json::{Value, json};

use crate::duty::{DUTY_OFFICER, by_day, name, shift};
use crate::town::{
    COUNTY, COUNTY_DISPATCHER, DISPATCHER, DUTY_LEADER, ENFORCEMENT, REGISTRAR, SANITATION, TOWN,
    TOWN_HEAD, Told, Town, Who, leader, officer, written,
};

const RUBBISH: (&str, &str) = ("event-06010", "event-06010/2");
const COUNTY_LEADER: Who = Who(Post::DutyLeader, COUNTY);
const COUNTY_OFFICER: Who = Who(Post::DutyOfficer, COUNTY);
const COUNTY_REGISTRAR: Who = Who(Post::Registrar, COUNTY);
const CITY_DISPATCHER: Who = Who(Post::Dispatcher, "320700000000");

/// Enters a shift into the roster of its desk.
async fn enters(town: &Town, who: Who, shift: Value) {
    let told = town.post(who, "/duty-shifts", shift).await;
    assert_eq!(told.status, 201, "{}", told.body);
}

/// Three shifts of the town's desk, one after the other: by day, by night, and on the next day.
async fn three_shifts(town: &Town) {
    by_day(town).await;
    let (head, dispatcher) = (name(TOWN_HEAD), name(DISPATCHER));
    let night = shift(TOWN, "07-15 18:00", "07-16 08:00", (&head, &dispatcher));
    let registrar = name(REGISTRAR);
    let next_day = shift(TOWN, "07-16 08:00", "07-16 18:00", (&registrar, "李"));
    for shift in [night, next_day] {
        enters(town, DUTY_LEADER, shift).await;
    }
}

/// The side that goes signs for a desk.
async fn gives(town: &Town, who: Who, desk: &str) -> Told {
    let handover = json!({"desk": desk, "note": "见清单"});
    town.post(who, "/handovers", handover).await
}

/// The side that comes signs for what was given.
async fn takes(town: &Town, who: Who, given: &Told) -> Told {
    let id = given.body["id"].as_str().unwrap();
    let path = format!("/handovers/{id}/signature");
    town.ask(who, Method::POST, &path, None, None).await
}

/// The handovers of a desk as somebody reads them, the newest first.
async fn history(town: &Town, who: Who, desk: &str) -> Vec<Value> {
    let told = town.get(who, &format!("/handovers?desk={desk}")).await;
    assert_eq!(told.status, 200, "{who:?}: {}", told.body);
    told.body["items"].as_array().unwrap().clone()
}

/// The cases that a handover lists.
fn listed(handover: &Value) -> Vec<&str> {
    let items = handover["items"].as_array().unwrap().iter();
    items
        .map(|item| item["case_id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn the_countys_desk_is_handed_on_with_the_countys_cases_and_none_of_the_towns() {
    let town = Town::on("07-15 07:00").await;
    let (leads, answers) = (name(COUNTY_LEADER), name(COUNTY_OFFICER));
    let day = shift(COUNTY, "07-15 08:00", "07-15 18:00", (&leads, &answers));
    let below = town.post(DUTY_LEADER, "/duty-shifts", day.clone()).await;
    assert_eq!(below.status, 404, "a roster is not kept from below");
    let (registrar, dispatcher) = (name(COUNTY_REGISTRAR), name(COUNTY_DISPATCHER));
    let night = (registrar.as_str(), dispatcher.as_str());
    let night = shift(COUNTY, "07-15 18:00", "07-16 08:00", night);
    for shift in [day, night] {
        enters(&town, COUNTY_LEADER, shift).await;
    }
    town.it_is("07-15 09:00");
    town.registered(RUBBISH.0, RUBBISH.1).await;
    let raised = town.registered(RUBBISH.0, RUBBISH.1).await;
    let escalate = json!({"action": "escalate", "reason": "跨镇"});
    town.does(DISPATCHER, &raised, escalate).await;

    // Neither from below nor from above: at the desk itself.
    town.it_is("07-15 17:50");
    for who in [DUTY_OFFICER, CITY_DISPATCHER] {
        assert_eq!(gives(&town, who, COUNTY).await.status, 403, "{who:?}");
    }
    let given = gives(&town, COUNTY_OFFICER, COUNTY).await;
    assert_eq!(given.status, 201, "{}", given.body);
    assert_eq!(given.body["desk"]["code"], COUNTY);
    assert_eq!(listed(&given.body), [raised.as_str()]);

    town.it_is("07-15 18:05");
    for who in [DISPATCHER, CITY_DISPATCHER, COUNTY_OFFICER, COUNTY_LEADER] {
        assert_eq!(takes(&town, who, &given).await.status, 403, "{who:?}");
    }
    let taken = takes(&town, COUNTY_DISPATCHER, &given).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    assert_eq!(taken.body["incoming"]["officer"], dispatcher);
    assert_eq!(taken.body["taken"]["at"], written("07-15 18:05"));
    // Who signed may be read below; which cases it was about, only there and above.
    for (who, cases) in [
        (CITY_DISPATCHER, &[raised.as_str()][..]),
        (COUNTY_REGISTRAR, &[raised.as_str()]),
        (DISPATCHER, &[]),
    ] {
        let history = history(&town, who, COUNTY).await;
        assert_eq!(history.len(), 1, "{who:?}");
        assert_eq!(history[0]["taken"]["name"], dispatcher, "{who:?}");
        assert_eq!(listed(&history[0]), cases, "{who:?}");
    }
}

#[tokio::test]
async fn a_unit_hands_on_the_work_to_which_it_was_called_and_no_other() {
    let town = Town::on("07-15 07:00").await;
    let (at_night, by_day) = (name(leader(ENFORCEMENT)), name(officer(ENFORCEMENT)));
    let day = shift(ENFORCEMENT, "07-15 08:00", "07-15 18:00", ("王", &by_day));
    let night = ("07-15 18:00", "07-16 08:00");
    let night = shift(ENFORCEMENT, night.0, night.1, (&at_night, "钱"));
    for shift in [day, night] {
        enters(&town, leader(ENFORCEMENT), shift).await;
    }
    town.it_is("07-15 09:00");
    let (own, _) = town.signed(RUBBISH.0, RUBBISH.1).await;
    let other = town.registered(RUBBISH.0, RUBBISH.1).await;
    let units = json!([{"unit": SANITATION, "role": "lead"}]);
    let dispatch = json!({"action": "dispatch", "units": units});
    town.does(DISPATCHER, &other, dispatch).await;

    town.it_is("07-15 17:50");
    for who in [DISPATCHER, officer(SANITATION)] {
        let told = gives(&town, who, ENFORCEMENT).await;
        assert_eq!(told.status, 403, "{who:?}: {}", told.body);
    }
    let given = gives(&town, officer(ENFORCEMENT), ENFORCEMENT).await;
    assert_eq!(given.status, 201, "{}", given.body);
    assert_eq!(listed(&given.body), [own.as_str()]);
    assert_eq!(given.body["items"][0]["stage"], "handling");

    town.it_is("07-15 18:05");
    for who in [officer(ENFORCEMENT), officer(SANITATION), DISPATCHER] {
        assert_eq!(takes(&town, who, &given).await.status, 403, "{who:?}");
    }
    let taken = takes(&town, leader(ENFORCEMENT), &given).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    assert_eq!(taken.body["incoming"]["leader"], at_night);
    assert_eq!(taken.body["taken"]["name"], at_night);
    // The centre that calls the unit knows what it works on, another unit does not.
    for (who, cases) in [
        (DISPATCHER, &[own.as_str()][..]),
        (officer(ENFORCEMENT), &[own.as_str()]),
        (officer(SANITATION), &[]),
    ] {
        let history = history(&town, who, ENFORCEMENT).await;
        assert_eq!(listed(&history[0]), cases, "{who:?}");
    }
}

#[tokio::test]
async fn what_a_shift_did_not_take_over_the_one_after_it_takes() {
    let town = Town::on("07-15 07:00").await;
    three_shifts(&town).await;
    town.it_is("07-15 09:00");
    let case = town.registered(RUBBISH.0, RUBBISH.1).await;
    town.it_is("07-15 17:50");
    let given = gives(&town, DUTY_OFFICER, TOWN).await;
    assert_eq!(given.status, 201, "{}", given.body);

    // All night nobody signs. Until it ends it is the night's to do, and nothing else is handed on before.
    town.it_is("07-16 07:59");
    let early = takes(&town, REGISTRAR, &given).await;
    assert_eq!(early.status, 403, "{}", early.body);
    assert!(early.detail().contains("the shift that follows"));
    let next = gives(&town, DISPATCHER, TOWN).await;
    assert_eq!(next.status, 409, "{}", next.body);
    assert!(next.detail().contains("waits to be taken over"));
    town.it_is("07-16 08:00");
    let late = takes(&town, DISPATCHER, &given).await;
    assert_eq!(late.status, 403, "the night is over: {}", late.body);
    let taken = takes(&town, REGISTRAR, &given).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    assert_eq!(taken.body["outgoing"]["from"], written("07-15 08:00"));
    assert_eq!(taken.body["incoming"]["from"], written("07-16 08:00"));
    assert_eq!(taken.body["given"]["at"], written("07-15 17:50"));
    assert_eq!(taken.body["taken"]["at"], written("07-16 08:00"));

    // The desk goes on from there.
    town.it_is("07-16 17:50");
    let given = gives(&town, REGISTRAR, TOWN).await;
    assert_eq!(given.status, 201, "{}", given.body);
    assert_eq!(listed(&given.body), [case.as_str()]);
    assert_eq!(given.body["outgoing"]["from"], written("07-16 08:00"));
}

#[tokio::test]
async fn a_shift_that_handed_nothing_over_is_passed_over() {
    let town = Town::on("07-15 07:00").await;
    three_shifts(&town).await;
    town.it_is("07-15 09:00");
    let case = town.registered(RUBBISH.0, RUBBISH.1).await;
    // Once the night has begun the day is too late.
    town.it_is("07-15 18:00");
    let late = gives(&town, DUTY_OFFICER, TOWN).await;
    assert_eq!(late.status, 403, "{}", late.body);
    assert!(late.detail().contains("the shift that is on"));
    // What was open then is open still, and goes on with the night.
    town.it_is("07-16 07:50");
    let given = gives(&town, DISPATCHER, TOWN).await;
    assert_eq!(given.status, 201, "{}", given.body);
    assert_eq!(listed(&given.body), [case.as_str()]);
    town.it_is("07-16 08:10");
    let taken = takes(&town, REGISTRAR, &given).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    let history = history(&town, DUTY_LEADER, TOWN).await;
    let begins: Vec<&Value> = history.iter().map(|h| &h["outgoing"]["from"]).collect();
    assert_eq!(begins, [&json!(written("07-15 18:00"))]);
}

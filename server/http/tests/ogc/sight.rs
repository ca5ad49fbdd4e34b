//! Who sees what: the collections by post and key, cases within sight, and nothing of residents.

use gridwhistle_domain::access::{Grant, Post};

use crate::site::{GRIDS, OTHER_TOWN, RESIDENT, Site, TEXT, TOWN, middle};

const ITEMS: [&str; 3] = [
    "/collections/divisions/items",
    "/collections/grids/items",
    "/collections/cases/items",
];

#[tokio::test]
async fn without_a_session_or_key_there_are_no_collections() {
    let site = Site::build().await;
    let grid = format!("/collections/grids/items/{}", GRIDS[0]);
    for token in ["", "gw_nobody"] {
        for address in ["/collections", "/collections/grids", &grid]
            .into_iter()
            .chain(ITEMS)
        {
            let told = site.get_as(token, address).await;
            assert_eq!(told.status, 401, "{address}");
            assert_eq!(told.header("www-authenticate"), "Bearer");
            assert_eq!(told.header("content-type"), "application/problem+json");
        }
    }
}

#[tokio::test]
async fn a_key_reads_places_and_cases_only_if_it_is_granted_them() {
    let site = Site::build().await;
    let case = site.report(middle(0)).await;
    let reading = site.key(TOWN, &[Grant::CasesRead]).await;
    for address in ITEMS {
        assert_eq!(site.get_as(&reading, address).await.status, 200);
    }
    let found = site.get_as(&reading, ITEMS[2]).await;
    assert_eq!(found.ids(), [case.as_str()]);

    let figures = site.key(TOWN, &[Grant::FiguresRead]).await;
    assert_eq!(site.get_as(&figures, ITEMS[1]).await.status, 200);
    let one = format!("{}/{case}", ITEMS[2]);
    for address in [ITEMS[2], &one, "/collections/cases"] {
        assert_eq!(
            site.get_as(&figures, address).await.status,
            403,
            "{address}"
        );
    }
    let listed = site.get_as(&figures, "/collections").await;
    let listed = listed.body["collections"].as_array().unwrap();
    let ids: Vec<_> = listed.iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["divisions", "grids"]);
}

#[tokio::test]
async fn cases_of_another_town_do_not_exist() {
    let site = Site::build().await;
    let case = site.report(middle(0)).await;
    let elsewhere = site.key(OTHER_TOWN, &[Grant::CasesRead]).await;
    let dispatcher = site
        .somebody("wangfang", &[Post::Dispatcher], OTHER_TOWN)
        .await;
    for token in [elsewhere, dispatcher] {
        assert!(site.get_as(&token, ITEMS[2]).await.ids().is_empty());
        let boxed = format!("{}?bbox=119,34,120,35", ITEMS[2]);
        assert!(site.get_as(&token, &boxed).await.ids().is_empty());
        let one = site.get_as(&token, &format!("{}/{case}", ITEMS[2])).await;
        assert_eq!(one.status, 404);
    }
}

#[tokio::test]
async fn a_case_tells_where_when_and_what_and_nothing_that_people_wrote() {
    let site = Site::build().await;
    let case = site.report(middle(0)).await;
    let one = site.get(&format!("{}/{case}", ITEMS[2])).await;
    let told = one.body["properties"].as_object().unwrap();
    let mut names: Vec<&str> = told.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "closed_at",
            "grid",
            "grid_name",
            "matter",
            "matter_name",
            "number",
            "overdue",
            "reported_at",
            "stage",
            "town",
            "town_name",
            "village",
            "village_name",
        ]
    );
    assert_eq!(told["stage"], "reported");
    assert_eq!(told["grid"], GRIDS[0]);
    assert_eq!(told["town"], TOWN);
    assert_eq!(told["reported_at"], "2026-07-15T09:00:00+08:00");
    assert_eq!(told["overdue"], false);
    let list = site.get(ITEMS[2]).await;
    for secret in [RESIDENT, TEXT, "欧**", "13851234567", "138****"] {
        for told in [&one, &list] {
            assert!(!told.text.contains(secret), "{secret}");
        }
    }
}

//! The map as somebody meets it who opens it in a browser.

use anyhow::Context;
use gridwhistle_e2e::{Browser, Database, Server};
use serde_json::{Value, json};

/// Logs in on the page: by the keyboard alone.
async fn log_in(browser: &mut Browser, username: &str, password: &str) -> anyhow::Result<()> {
    browser
        .wait_for("document.activeElement.id === 'username'")
        .await?;
    browser.text(username).await?;
    browser.key("Tab", 9).await?;
    browser.text(password).await?;
    browser.key("Enter", 13).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_map_shows_grids_figures_and_cases_by_keyboard_and_asks_no_other_host()
-> anyhow::Result<()> {
    let Some(mut browser) = Browser::start(1_200, 800).await? else {
        return Ok(());
    };
    let mut server = Server::town(Database::sqlite()).start().await?;
    let worker = server.login_as("grid_worker").await?;
    // In the middle of the first grid.
    let report = json!({
        "source": "patrol", "text": "巡查发现", "matter": "event-06010",
        "place": {"lon": 119.105, "lat": 34.835},
    });
    let call = worker.post("/api/v1/cases").key("map").json(&report);
    let case = call.send().await?.expect(201)?.body;
    let number = case["number"].as_str().context("a case without number")?;

    let page = format!("{}/map?lang=en", server.url());
    browser.open(&page).await?;
    log_in(&mut browser, "supervisor", "wrong").await?;
    browser
        .wait_for("!document.getElementById('trouble').hidden")
        .await?;
    browser
        .evaluate("document.getElementById('password').value = ''; document.getElementById('username').value = ''; document.getElementById('username').focus()")
        .await?;
    log_in(&mut browser, "supervisor", "canary of supervisor").await?;

    browser
        .wait_for("document.getElementById('map').dataset.grids === '4'")
        .await?;
    browser
        .wait_for("document.querySelectorAll('#figures tr').length === 4")
        .await?;
    let table = browser
        .evaluate("document.getElementById('figures').innerText")
        .await?;
    let table = table.as_str().context("no table of figures")?;
    assert!(
        table.contains("第1网格") && table.contains("no data"),
        "{table}"
    );
    // Boundaries that were not surveyed are shown as such.
    browser
        .wait_for("!document.getElementById('schematic').hidden")
        .await?;
    // The grey of grids without a figure is really on the screen.
    let grey = "[...document.querySelectorAll('#map canvas')].some((canvas) => {
        const dots = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        for (let i = 0; i < dots.length; i += 4) {
            if (dots[i] === 196 && dots[i + 1] === 196 && dots[i + 2] === 196 && dots[i + 3] === 255) return true;
        }
        return false;
    })";
    browser.wait_for(grey).await?;

    // What lies under the cross is told in words: the grid, its figure and the case.
    browser
        .evaluate("[...document.querySelectorAll('#figures button')].find((go) => go.textContent === '第1网格').click(); document.getElementById('map').focus()")
        .await?;
    let told = format!(
        "['第1网格', 'no data', {}].every((word) => document.getElementById('about').innerText.includes(word))",
        Value::from(number)
    );
    browser.wait_for(&told).await?;
    // A step is a little wider than a grid there.
    for next in ["第2网格", "第3网格"] {
        browser.key("ArrowRight", 39).await?;
        let told = format!("document.getElementById('about').innerText.includes('{next}')");
        browser.wait_for(&told).await?;
    }

    // Opening it again keeps the session; logging out ends it.
    browser.open(&page).await?;
    browser
        .wait_for("document.getElementById('map').dataset.grids === '4'")
        .await?;
    browser
        .evaluate("document.getElementById('leave').click()")
        .await?;
    browser
        .wait_for("!document.getElementById('login').hidden && sessionStorage.length === 0")
        .await?;

    let own = server.url();
    let asked = browser.requested();
    let tiles = asked.iter().filter(|url| url.contains("/tiles/")).count();
    assert!(tiles > 0, "no tile was asked for: {asked:?}");
    let outside: Vec<&String> = asked
        .iter()
        .filter(|url| !url.starts_with(&own) && !url.starts_with("data:"))
        .collect();
    assert!(outside.is_empty(), "the page asks {outside:?}");
    assert!(browser.faults().is_empty(), "{:?}", browser.faults());
    server.stop().await?;
    server.assert_log_clean()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_sees_the_map_without_figures_and_in_chinese() -> anyhow::Result<()> {
    let Some(mut browser) = Browser::start(1_000, 700).await? else {
        return Ok(());
    };
    let server = Server::town(Database::sqlite()).start().await?;
    browser
        .open(&format!("{}/map?lang=zh", server.url()))
        .await?;
    log_in(&mut browser, "grid_worker", "canary of grid_worker").await?;
    browser
        .wait_for("document.getElementById('note').textContent === '您的岗位不查看指标。'")
        .await?;
    browser
        .wait_for("Number(document.getElementById('map').dataset.grids) > 0")
        .await?;
    let asked = browser.requested();
    assert!(
        !asked.iter().any(|url| url.contains("/indicators")),
        "figures are not asked for by whoever may not read them: {asked:?}"
    );
    assert!(browser.faults().is_empty(), "{:?}", browser.faults());
    Ok(())
}

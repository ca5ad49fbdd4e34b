//! Maps that people have already: GDAL's tools and `OWSLib` read places and cases from the real server.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, bail, ensure};
use gridwhistle_e2e::{Api, Database, Server, missing, require_tool};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;

/// Of the middle of the second grid and of the fourth.
const PLACES: [(f64, f64); 2] = [(119.115, 34.835), (119.135, 34.835)];

/// A town with two cases, and what a client needs to read it: the root, and a file with the caller's header.
struct Mapped {
    server: Server,
    caller: Api,
    folder: TempDir,
}

impl Mapped {
    async fn start() -> anyhow::Result<Self> {
        let server = Server::town(Database::sqlite()).start().await?;
        let caller = server.login("registrar").await?;
        let clerk = server.login("clerk").await?;
        for (lon, lat) in PLACES {
            let report = json!({
                "source": "hotline", "text": "井盖破损", "place": {"lon": lon, "lat": lat},
            });
            clerk
                .post("/api/v1/cases")
                .json(&report)
                .send()
                .await?
                .expect(201)?;
        }
        let folder = tempfile::tempdir()?;
        let token = caller.token().context("nobody is logged in")?;
        let header = format!("Authorization: Bearer {token}\n");
        std::fs::write(folder.path().join("header"), header)?;
        Ok(Self {
            server,
            caller,
            folder,
        })
    }

    fn root(&self) -> String {
        format!("{}/ogc", self.server.url())
    }

    /// What one of GDAL's tools prints.
    async fn gdal(&self, tool: &Path, arguments: &[&str]) -> anyhow::Result<String> {
        let mut command = Command::new(tool);
        command
            .args(arguments)
            .env("GDAL_HTTP_HEADER_FILE", self.folder.path().join("header"));
        output(command).await
    }
}

/// What a command prints, which has to succeed without a word of complaint.
async fn output(mut command: Command) -> anyhow::Result<String> {
    let done = command
        .stdin(Stdio::null())
        .env("LC_ALL", "C.UTF-8")
        .output()
        .await?;
    let (said, complained) = (
        String::from_utf8(done.stdout)?,
        String::from_utf8_lossy(&done.stderr).into_owned(),
    );
    ensure!(
        done.status.success() && !complained.contains("ERROR"),
        "{command:?} ended with {}:\n{said}{complained}",
        done.status
    );
    Ok(said)
}

fn read_features(file: &Path) -> anyhow::Result<Vec<Value>> {
    let text = std::fs::read_to_string(file)?;
    let mut collection: Value = serde_json::from_str(&text)?;
    match collection["features"].take() {
        Value::Array(features) => Ok(features),
        other => bail!("{} has no features but {other}", file.display()),
    }
}

/// F1
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_speaks_http_1_1() -> anyhow::Result<()> {
    let server = Server::empty(Database::sqlite()).start().await?;
    let address = server.url().replace("http://", "");
    let mut stream = TcpStream::connect(&address).await?;
    let request = format!("GET /ogc HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let first = answer.lines().next().unwrap_or_default();
    assert_eq!(first, "HTTP/1.1 200 OK");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gdal_lists_the_collections_and_copies_every_feature() -> anyhow::Result<()> {
    let (Some(info), Some(copy)) = (require_tool("ogrinfo"), require_tool("ogr2ogr")) else {
        return Ok(());
    };
    let map = Mapped::start().await?;
    let source = format!("OAPIF:{}", map.root());
    let listed = map.gdal(&info, &["-ro", &source]).await?;
    for collection in ["divisions", "grids", "cases"] {
        assert!(listed.contains(collection), "{listed}");
    }
    let told = map.gdal(&info, &["-ro", "-so", &source, "grids"]).await?;
    assert!(told.contains("Feature Count: 4"), "{told}");
    assert!(told.contains("Extent: (119.1"), "{told}");

    // Small pages, so that the links are followed.
    for (collection, count) in [
        ("divisions", divisions(&map).await?),
        ("grids", 4),
        ("cases", 2),
    ] {
        let file = map.folder.path().join(format!("{collection}.geojson"));
        let written = file.display().to_string();
        let arguments = [
            "-oo",
            "PAGE_SIZE=3",
            "-f",
            "GeoJSON",
            &written,
            &source,
            collection,
        ];
        map.gdal(&copy, &arguments).await?;
        let features = read_features(&file)?;
        assert_eq!(features.len(), count, "{collection}");
        let named = |feature: &Value| feature["properties"].is_object();
        assert!(features.iter().all(named), "{collection}");
    }
    map.server.assert_log_clean()
}

/// How many divisions there are, by the API of the product itself.
async fn divisions(map: &Mapped) -> anyhow::Result<usize> {
    let told = map
        .caller
        .get("/api/v1/divisions")
        .send()
        .await?
        .expect(200)?;
    let items = told.body["items"].as_array().context("no divisions")?;
    Ok(items.len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gdal_asks_the_server_for_a_box_and_a_property() -> anyhow::Result<()> {
    let Some(copy) = require_tool("ogr2ogr") else {
        return Ok(());
    };
    let map = Mapped::start().await?;
    let source = format!("OAPIF:{}", map.root());
    let boxed = map.folder.path().join("boxed.geojson");
    let written = boxed.display().to_string();
    let spat = ["-spat", "119.111", "34.831", "119.112", "34.832"];
    let mut arguments = vec!["-f", "GeoJSON", &written];
    arguments.extend(spat);
    arguments.extend([source.as_str(), "grids"]);
    map.gdal(&copy, &arguments).await?;
    let found = read_features(&boxed)?;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["properties"]["code"], "320707100002002");

    let towns = map.folder.path().join("towns.geojson");
    let written = towns.display().to_string();
    let wanted = "level = 'county'";
    let arguments = [
        "-f",
        "GeoJSON",
        "-where",
        wanted,
        &written,
        &source,
        "divisions",
    ];
    // GDAL tells in its log what it asks the server for.
    let mut command = Command::new(&copy);
    command
        .args(arguments)
        .env("GDAL_HTTP_HEADER_FILE", map.folder.path().join("header"))
        .env("CPL_DEBUG", "ON");
    let done = command.stdin(Stdio::null()).output().await?;
    let log = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{log}");
    assert!(log.contains("level=county"), "{log}");
    for county in read_features(&towns)? {
        assert_eq!(county["properties"]["level"], "county");
    }
    Ok(())
}

/// Python with `OWSLib`, be it the system's own where another one comes first; or nothing after saying that the test is
/// skipped.
async fn python_with_owslib() -> anyhow::Result<Option<PathBuf>> {
    let Some(first) = require_tool("python3") else {
        return Ok(None);
    };
    for python in [first, PathBuf::from("/usr/bin/python3")] {
        let mut command = Command::new(&python);
        command.args(["-c", "import owslib.ogcapi.features"]);
        let tried = command.stdin(Stdio::null()).stderr(Stdio::null()).status();
        if tried.await.is_ok_and(|status| status.success()) {
            return Ok(Some(python));
        }
    }
    missing("OWSLib is not installed");
    Ok(None)
}

/// Everything that `OWSLib` can ask of it, told as one JSON value.
const READER: &str = r#"
import json, sys
from owslib.ogcapi.features import Features

root, header = sys.argv[1:]
name, value = open(header).read().strip().split(": ", 1)
features = Features(root, headers={name: value})
first = features.collection_items("grids", limit=1)
ident = first["features"][0]["id"]
print(json.dumps({
    "openapi": features.api()["openapi"],
    "conforms": features.conformance()["conformsTo"],
    "collections": features.feature_collections(),
    "title": features.collection("grids")["title"],
    "returned": first["numberReturned"],
    "matched": first["numberMatched"],
    "second": features.collection_items("grids", limit=1, offset=1)["features"][0]["id"],
    "boxed": [f["id"] for f in features.collection_items("grids", bbox=[119.111, 34.831, 119.112, 34.832])["features"]],
    "item": features.collection_item("grids", ident)["id"] == ident,
    "cases": len(features.collection_items("cases", datetime="../2999-01-01T00:00:00Z")["features"]),
}))
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn owslib_reads_the_collections_pages_and_features() -> anyhow::Result<()> {
    let Some(python) = python_with_owslib().await? else {
        return Ok(());
    };
    let map = Mapped::start().await?;
    let mut command = Command::new(python);
    command
        .args(["-c", READER, &map.root()])
        .arg(map.folder.path().join("header"));
    let told: Value = serde_json::from_str(&output(command).await?)?;
    assert_eq!(told["openapi"], "3.0.3");
    assert_eq!(told["conforms"].as_array().map(Vec::len), Some(4));
    assert_eq!(told["collections"], json!(["divisions", "grids", "cases"]));
    assert!(told["title"].is_string());
    assert_eq!(
        (&told["returned"], &told["matched"]),
        (&json!(1), &json!(4))
    );
    assert_eq!(told["second"], "320707100002002");
    assert_eq!(told["boxed"], json!(["320707100002002"]));
    assert_eq!((&told["item"], &told["cases"]), (&json!(true), &json!(2)));
    Ok(())
}

//! Grids out of the real server and into it again, by way of other programs.

use std::process::Stdio;

use gridwhistle_e2e::{Database, Server, require_tool};
use tokio::process::Command;

#[tokio::test]
async fn gdal_reads_every_export_and_its_sequence_imports_as_the_same() -> anyhow::Result<()> {
    let Some(ogr2ogr) = require_tool("ogr2ogr") else {
        return Ok(());
    };
    let mut server = Server::town(Database::sqlite()).start().await?;
    let folder = tempfile::tempdir()?;
    for format in ["geojson", "geojsonseq", "csv"] {
        let file = folder.path().join(format!("grids.{format}"));
        let name = file.display().to_string();
        server
            .run("export", &["grids", &name, "--format", format])
            .await?;
        let back = folder.path().join(format!("{format}.geojsonl"));
        let status = Command::new(&ogr2ogr)
            .args(["-f", "GeoJSONSeq", "-lco", "COORDINATE_PRECISION=7"])
            .arg(&back)
            .arg(&file)
            .stdout(Stdio::null())
            .status()
            .await?;
        assert!(status.success(), "{format}");
        if format == "csv" {
            continue;
        }
        let back = back.display().to_string();
        let told = server
            .run("import", &["--lang", "en", "grids", &back])
            .await?;
        assert!(told.contains("0 entries changed"), "{format}: {told}");
    }
    server.stop().await?;
    Ok(())
}

//! A province of schematic grids: its files, and a server with its data.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use gridwhistle_domain::place::{
    Boundary, DivisionCode, Extent, GridCode, GridsPerVillage, schematic_district, synthetic_towns,
};
use gridwhistle_e2e::{Api, Database, Server, load};
use serde_json::json;
use tempfile::TempDir;

/// The first county of made-up provinces.
const COUNTY: &str = "990101000000";
/// Whoever looks after its boundaries.
const ADMIN: &str = "admin";
const PASSWORD: &str = "canary of the province";

pub struct Province {
    pub grids: Vec<(GridCode, Boundary)>,
    /// The grids as a packed sequence of features.
    pub file: PathBuf,
    divisions: PathBuf,
    _folder: TempDir,
}

impl Province {
    /// So many grids, so many of them in a village on average, in files.
    pub fn drawn(grids: usize, a_village: usize) -> anyhow::Result<Self> {
        let villages = (grids / a_village.max(1)).max(1);
        let towns = synthetic_towns(villages);
        let size = (f64::from(u32::try_from(villages)?).sqrt() * 0.02).clamp(0.1, 20.0);
        let extent = Extent {
            west: 105.0,
            south: 25.0,
            east: 105.0 + size,
            north: 25.0 + size,
        };
        let grids = schematic_district(&towns, extent, GridsPerVillage::Total(grids))?;
        let folder = tempfile::tempdir()?;
        let divisions = folder.path().join("divisions.csv");
        fs::write(&divisions, table(&towns))?;
        let file = folder.path().join("grids.geojsonl.gz");
        write(&file, &grids)?;
        Ok(Self {
            grids,
            file,
            divisions,
            _folder: folder,
        })
    }

    /// A stopped server with the province in its database, and what importing the grids took.
    pub async fn settled(&self, database: Database) -> anyhow::Result<(Server, load::Footprint)> {
        let mut server = Server::empty(database)
            .without_flood_limits()
            .start()
            .await?;
        server.stop().await?;
        let divisions = self.divisions.display().to_string();
        server.run("import", &["divisions", &divisions]).await?;
        let file = self.file.display().to_string();
        let imported = load::footprint(&server, "import", &["grids", &file]).await?;
        let post = format!("admin@{COUNTY}");
        let account = ["add", ADMIN, "--name", "某管理员", "--post", &post];
        server.run_with("user", &account, PASSWORD).await?;
        Ok((server, imported))
    }
}

/// The administrator of the first county, logged in.
pub async fn admin(server: &Server) -> anyhow::Result<Api> {
    server.api()?.login(ADMIN, PASSWORD).await
}

/// The divisions as they are imported, each after the one above it.
fn table(towns: &[(DivisionCode, Vec<DivisionCode>)]) -> String {
    let mut rows = vec!["code,name,level,parent".to_owned()];
    let mut known = BTreeSet::new();
    let villages = towns.iter().flat_map(|(_, villages)| villages);
    for village in villages {
        let above = std::iter::successors(Some(*village), |code| code.parent());
        let mut new: Vec<DivisionCode> = above.take_while(|code| known.insert(*code)).collect();
        new.reverse();
        for code in new {
            let parent = code.parent().map(|parent| parent.to_string());
            rows.push(format!(
                "{code},第{code}号,{},{}",
                code.level(),
                parent.unwrap_or_default()
            ));
        }
    }
    rows.push(String::new());
    rows.join("\n")
}

fn write(file: &Path, grids: &[(GridCode, Boundary)]) -> anyhow::Result<()> {
    let file = BufWriter::new(File::create(file)?);
    let mut packed = GzEncoder::new(file, Compression::fast());
    for (code, boundary) in grids {
        let feature = json!({
            "type": "Feature",
            "properties": {
                "code": code.to_string(),
                "name": format!("第{}网格", code.sequence()),
                "kind": "general",
                "schematic": true,
            },
            "geometry": boundary.to_geojson(),
        });
        packed.write_all(format!("{feature}\n").as_bytes())?;
    }
    packed.finish()?.flush()?;
    Ok(())
}

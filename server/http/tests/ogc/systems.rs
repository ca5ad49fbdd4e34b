//! Coordinate reference systems: which there are, and that what is answered lies where it should.

use serde_json::Value;

use crate::site::{GRIDS, Site, middle};

const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
const WGS84: &str = "http://www.opengis.net/def/crs/EPSG/0/4326";
const WEB: &str = "http://www.opengis.net/def/crs/EPSG/0/3857";
const CGCS2000: &str = "http://www.opengis.net/def/crs/EPSG/0/4490";

fn numbers(coordinates: &Value) -> (f64, f64) {
    let number = |at: usize| coordinates[at].as_f64().unwrap();
    (number(0), number(1))
}

/// F25
#[tokio::test]
async fn each_collection_lists_the_systems_and_the_one_in_which_it_is_stored() {
    let site = Site::build().await;
    for collection in ["divisions", "grids", "cases"] {
        let told = site.get(&format!("/collections/{collection}")).await;
        let listed = told.body["crs"].as_array().unwrap();
        let uris: Vec<_> = listed.iter().map(|crs| crs.as_str().unwrap()).collect();
        assert_eq!(uris, [CRS84, WGS84, WEB, CGCS2000]);
        assert!(listed.contains(&told.body["storageCrs"]));
    }
}

/// F25: also where no system is asked for.
#[tokio::test]
async fn every_answer_with_features_says_its_system() {
    let site = Site::build().await;
    let case = site.report(middle(0)).await;
    for address in [
        "/collections/grids/items".to_owned(),
        format!("/collections/grids/items/{}", GRIDS[0]),
        "/collections/divisions/items".to_owned(),
        "/collections/divisions/items/320707101000".to_owned(),
        "/collections/cases/items".to_owned(),
        format!("/collections/cases/items/{case}"),
    ] {
        let told = site.get(&address).await;
        assert_eq!(told.header("content-crs"), format!("<{CRS84}>"));
        for crs in [CRS84, WGS84, WEB, CGCS2000] {
            let told = site.get(&format!("{address}?crs={crs}")).await;
            assert_eq!(told.status, 200, "{address} {crs}");
            assert_eq!(told.header("content-crs"), format!("<{crs}>"));
        }
    }
}

/// F25
#[tokio::test]
async fn a_system_that_is_not_listed_is_refused() {
    let site = Site::build().await;
    let unknown = "http://www.opengis.net/def/crs/EPSG/0/2000000000";
    for name in ["crs", "bbox-crs"] {
        for collection in ["divisions", "grids", "cases"] {
            let query = format!("bbox=1,2,3,4&{name}={unknown}");
            let told = site.items(collection, &query).await;
            assert_eq!(told.faults(), [format!("{name}: not_one_of")]);
        }
    }
    let one = format!("/collections/grids/items/{}?crs={unknown}", GRIDS[0]);
    assert_eq!(site.get(&one).await.faults(), ["crs: not_one_of"]);
}

/// F25: in degrees latitude comes first, in metres east.
#[tokio::test]
async fn a_point_and_a_ring_are_answered_in_the_order_of_the_axes() {
    let site = Site::build().await;
    site.report(middle(0)).await;
    let given = async |crs: &str| {
        let query = format!("crs={crs}");
        let case = site.items("cases", &query).await;
        let point = numbers(&case.features()[0]["geometry"]["coordinates"]);
        let grid = site.items("grids", &query).await;
        let corner = &grid.features()[0]["geometry"]["coordinates"][0][0];
        (point, numbers(corner))
    };
    assert_eq!(given(CRS84).await, ((119.005, 34.905), (119.0, 34.9)));
    for crs in [WGS84, CGCS2000] {
        assert_eq!(given(crs).await, ((34.905, 119.005), (34.9, 119.0)));
    }
    let ((east, north), (west, south)) = given(WEB).await;
    // A degree of longitude is 111,319.49 m on the sphere of web maps, wherever it is.
    assert!((east - west - 556.597).abs() < 0.01, "{east} {west}");
    assert!((west - 13_247_019.404).abs() < 0.01, "{west}");
    let stretch = 34.9025_f64.to_radians().cos();
    assert!(
        ((north - south) * stretch - 556.597).abs() < 0.1,
        "{north} {south}"
    );
}

/// F25
#[tokio::test]
async fn a_box_is_understood_in_the_system_in_which_it_is_written() {
    let site = Site::build().await;
    let metres = site.items("grids", &format!("crs={WEB}")).await;
    let ring = &metres.features()[1]["geometry"]["coordinates"][0];
    let ((west, south), (east, north)) = (numbers(&ring[0]), numbers(&ring[2]));
    let inside = |at: f64| at + 100.0;
    let web = format!(
        "{},{},{},{}",
        inside(west),
        inside(south),
        east - 100.0,
        north - 100.0
    );
    for (bbox, crs) in [
        ("119.012,34.902,119.018,34.908", CRS84),
        ("34.902,119.012,34.908,119.018", WGS84),
        ("34.902,119.012,34.908,119.018", CGCS2000),
        (web.as_str(), WEB),
    ] {
        let query = format!("bbox={bbox}&bbox-crs={crs}");
        let found = site.items("grids", &query).await;
        assert_eq!(found.ids(), [GRIDS[1]], "{crs}");
        // The box has its system, the answer its own.
        assert_eq!(found.header("content-crs"), format!("<{CRS84}>"));
    }
    let swapped = site
        .items("grids", "bbox=34.902,119.012,34.908,119.018")
        .await;
    assert!(swapped.ids().is_empty());
}

"use strict";
// The page /map: what the server's API and tiles say, drawn with OpenLayers. Nothing is asked of another host.
(() => {
  const words = JSON.parse(document.getElementById("words").textContent);
  const at = (id) => document.getElementById(id);
  const lang = document.documentElement.lang;
  const TOKEN = "gridwhistle-token";
  // Pages of grids that are read for their names: 40,000 grids.
  const MOST_PAGES = 20;

  // Classes of a rate in percent, the worst first; the colours stay apart for the colour-blind (ColorBrewer RdYlBu).
  const CLASSES = [
    { below: 80, label: "< 80 %", colour: "#d7191c" },
    { below: 90, label: "80–90 %", colour: "#fdae61" },
    { below: 95, label: "90–95 %", colour: "#ffffbf" },
    { below: 98, label: "95–98 %", colour: "#abd9e9" },
    { below: Infinity, label: "≥ 98 %", colour: "#2c7bb6" },
  ];
  const NO_DATA = { label: words.no_data, colour: "#c4c4c4" };
  const classOf = (figure) =>
    figure && figure.value !== undefined ? CLASSES.find((c) => figure.value < c.below) : NO_DATA;
  const percent = (figure) =>
    figure && figure.value !== undefined ? `${figure.value.toFixed(2)} %` : words.no_data;
  const share = (figure) => (figure && figure.denominator ? `${figure.numerator} / ${figure.denominator}` : "—");

  let token = sessionStorage.getItem(TOKEN);
  let mayReadFigures = false;
  // Of each place by its code, what it has of the chosen measure.
  let figures = new Map();
  // { code, name, village, label: [lon, lat] }
  let grids = [];
  let session = 0;
  let asked = 0;

  const trouble = (text) => {
    at("trouble").textContent = text || "";
    at("trouble").hidden = !text;
  };

  async function ask(path, options = {}) {
    const headers = { "Accept-Language": lang, ...options.headers };
    if (token) headers.Authorization = `Bearer ${token}`;
    let answer;
    try {
      answer = await fetch(path, { ...options, headers });
    } catch {
      throw new Error(words.unreachable);
    }
    if (answer.ok) return answer;
    const problem = await answer.json().catch(() => ({}));
    if (answer.status === 401 && token) leave();
    throw new Error(problem.detail || problem.title || words.unreachable);
  }

  const json = async (path, options) => (await ask(path, options)).json();

  // The code of the place whose figure colours a grid.
  function owner(code) {
    switch (at("by").value) {
      case "town": return `${code.slice(0, 9)}000`;
      case "village": return code.slice(0, 12);
      default: return code;
    }
  }

  const source = new ol.source.VectorTile({
    format: new ol.format.MVT(),
    url: "/tiles/{z}/{x}/{y}.mvt",
    maxZoom: 18,
    tileLoadFunction: (tile, url) =>
      tile.setLoader((extent, _resolution, projection) => {
        ask(url)
          .then((answer) => answer.arrayBuffer())
          .then((bytes) => {
            tile.setFeatures(tile.getFormat().readFeatures(bytes, { extent, featureProjection: projection }));
          })
          .catch((error) => {
            tile.setState(3); // failed: OpenLayers asks again when it is needed again
            trouble(error.message);
          });
      }),
  });
  // The same tiles twice: land below the names, points above them.
  const ground = new ol.layer.VectorTile({ source, style: land });
  const points = new ol.layer.VectorTile({ source, style: point, zIndex: 1 });
  const labels = new ol.layer.Vector({
    declutter: true,
    minZoom: 11,
    source: new ol.source.Vector(),
    style: (feature) => labelled(feature.get("code"), feature.get("name")),
  });
  const view = new ol.View({ center: ol.proj.fromLonLat([119.12, 34.84]), zoom: 10, maxZoom: 20 });

  const line = new ol.style.Stroke({ color: "#4a4a4a", width: 1 });
  const dashed = new ol.style.Stroke({ color: "#4a4a4a", width: 1, lineDash: [4, 3] });
  const chosen = new ol.style.Stroke({ color: "#000", width: 3 });
  const fills = new Map([...CLASSES, NO_DATA].map((c) => [c, new ol.style.Fill({ color: c.colour })]));
  const halo = new ol.style.Stroke({ color: "#fff", width: 3 });
  const ink = new ol.style.Fill({ color: "#1a1a1a" });
  const white = new ol.style.Fill({ color: "#fff" });
  // Overdue is a shape of its own, not a colour alone.
  const late = new ol.style.RegularShape({ points: 3, radius: 9, fill: ink, stroke: new ol.style.Stroke({ color: "#fff", width: 2 }) });
  const open = new ol.style.Circle({ radius: 6, fill: white, stroke: new ol.style.Stroke({ color: "#000", width: 2 }) });
  let pointed;

  function land(feature) {
    if (feature.get("layer") !== "grids") return undefined;
    const code = feature.get("code");
    return new ol.style.Style({
      fill: fills.get(classOf(figures.get(owner(code)))),
      stroke: code === pointed ? chosen : feature.get("schematic") ? dashed : line,
      zIndex: code === pointed ? 1 : 0,
    });
  }

  function point(feature) {
    switch (feature.get("layer")) {
      case "divisions":
        return new ol.style.Style({
          image: new ol.style.Circle({ radius: 4, fill: ink }),
          text: new ol.style.Text({ text: feature.get("name"), font: "13px sans-serif", offsetY: 14, fill: ink, stroke: halo }),
        });
      case "cases": {
        if (!at("cases").checked) return undefined;
        return new ol.style.Style({ image: feature.get("overdue") ? late : open });
      }
      default:
        return undefined;
    }
  }

  function labelled(code, name) {
    const figure = figures.get(owner(code));
    const text = mayReadFigures ? `${name}\n${percent(figure)}` : name;
    return new ol.style.Style({
      text: new ol.style.Text({ text, font: "12px sans-serif", fill: ink, stroke: halo }),
    });
  }

  const map = new ol.Map({
    target: "map",
    layers: [ground, labels, points],
    view,
    controls: [
      new ol.control.Zoom({ zoomInTipLabel: words.zoom_in, zoomOutTipLabel: words.zoom_out }),
      new ol.control.ScaleLine(),
    ],
  });

  // What lies at a place of the screen, in words.
  function tell(pixel) {
    const [grid] = map
      .getFeaturesAtPixel(pixel, { layerFilter: (layer) => layer === ground })
      .filter((feature) => feature.get("layer") === "grids");
    // As far around as a point is wide.
    const around = ol.extent.boundingExtent([map.getCoordinateFromPixel(pixel)]);
    const near = ol.extent.buffer(around, 8 * view.getResolution());
    const cases = at("cases").checked
      ? points.getFeaturesInExtent(near).filter((feature) => feature.get("layer") === "cases")
      : [];
    const rows = [];
    if (grid) {
      const figure = figures.get(owner(grid.get("code")));
      rows.push([words.grid, grid.get("name")], [words.code, grid.get("code")], [words.village, grid.get("village_name")]);
      if (mayReadFigures) {
        const measure = at("measure").selectedOptions[0].textContent;
        rows.push([measure, percent(figure)], [words.share, share(figure)], [words.class, classOf(figure).label]);
      }
    }
    for (const one of cases.slice(0, 5)) {
      rows.push([words.case, one.get("number")], [words.matter, one.get("matter") || "—"]);
      const stage = words.stages[one.get("stage")] || one.get("stage");
      rows.push([words.stage, one.get("overdue") ? `${stage} · ${words.overdue}` : stage]);
    }
    if (cases.length > 5) rows.push([words.cases, `+ ${cases.length - 5}`]);
    const list = document.createElement("dl");
    for (const [name, value] of rows) {
      const [term, told] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = name;
      told.textContent = value;
      list.append(term, told);
    }
    // Read aloud only where something else lies there.
    if (list.textContent !== at("about").textContent) at("about").replaceChildren(list);
    const code = grid && grid.get("code");
    if (code !== pointed) {
      pointed = code;
      ground.changed();
    }
  }
  const middle = () => map.getSize().map((length) => length / 2);
  map.on("pointermove", (event) => { if (!event.dragging) tell(event.pixel); });
  map.on("click", (event) => tell(event.pixel));
  map.on("rendercomplete", () => {
    const extent = view.calculateExtent(map.getSize());
    const seen = ground.getFeaturesInExtent(extent).filter((feature) => feature.get("layer") === "grids");
    at("schematic").hidden = !seen.some((feature) => feature.get("schematic"));
    at("map").dataset.grids = new Set(seen.map((feature) => feature.get("code"))).size;
    if (document.activeElement === at("map")) tell(middle());
  });

  function legend() {
    const entries = [...CLASSES, NO_DATA].map(({ label, colour }) => [label, `<rect width="18" height="18" fill="${colour}" stroke="#4a4a4a"/>`]);
    entries.push([words.open, `<circle cx="9" cy="9" r="6" fill="#fff" stroke="#000" stroke-width="2"/>`]);
    entries.push([words.overdue, `<path d="M9 1 17 16H1z"/>`]);
    at("legend").replaceChildren(...entries.map(([label, shape]) => {
      const entry = document.createElement("li");
      entry.innerHTML = `<svg width="18" height="18" aria-hidden="true">${shape}</svg>`;
      entry.append(label);
      return entry;
    }));
  }

  // The places that the table names, the worst first, those without a figure last.
  function table() {
    const names = new Map();
    for (const grid of grids) names.set(owner(grid.code), grid.code === owner(grid.code) ? grid.name : undefined);
    const rows = [...new Set([...names.keys(), ...figures.keys()])]
      .map((code) => ({ code, name: (figures.get(code) || {}).name || names.get(code) || code, figure: figures.get(code) }))
      .sort((a, b) => rank(a.figure) - rank(b.figure) || (a.code < b.code ? -1 : 1));
    at("figures").replaceChildren(...rows.map(({ code, name, figure }) => {
      const row = document.createElement("tr");
      const go = document.createElement("button");
      go.type = "button";
      go.textContent = name;
      go.title = code;
      go.addEventListener("click", () => fit(grids.filter((grid) => owner(grid.code) === code)));
      const cells = [go, percent(figure), share(figure)].map((content) => {
        const cell = document.createElement("td");
        cell.append(content);
        return cell;
      });
      row.append(...cells);
      return row;
    }));
  }
  const rank = (figure) => (figure && figure.value !== undefined ? figure.value : Infinity);

  function fit(shown) {
    if (!shown.length) return;
    const points = shown.map((grid) => ol.proj.fromLonLat(grid.label));
    view.fit(ol.extent.boundingExtent(points), { padding: [60, 60, 60, 60], maxZoom: 14 });
  }

  async function readGrids(current) {
    const read = [];
    let cursor;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const from = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
      const found = await json(`/api/v1/grids?limit=2000${from}`);
      read.push(...found.items);
      cursor = found.next;
      if (!cursor) break;
    }
    if (current !== session) return;
    grids = read;
    labels.getSource().clear();
    labels.getSource().addFeatures(grids.map((grid) => new ol.Feature({
      geometry: new ol.geom.Point(ol.proj.fromLonLat(grid.label)),
      code: grid.code,
      name: grid.name,
    })));
  }

  async function readFigures() {
    asked += 1;
    const [mine, current] = [asked, session];
    let read = new Map();
    if (mayReadFigures) {
      const query = new URLSearchParams({ by: at("by").value, period: at("period").value });
      const page = await json(`/api/v1/indicators?${query}`);
      for (const group of page.groups) {
        const figure = group.figures.find((one) => one.indicator === at("measure").value);
        if (group.owner && figure) read.set(group.owner, { ...figure, name: group.owner_name });
      }
    }
    // Somebody may have chosen otherwise in the meantime.
    if (mine !== asked || current !== session) return;
    figures = read;
    at("note").textContent = mayReadFigures ? "" : words.no_figures;
    table();
    ground.changed();
    labels.changed();
    at("map").dataset.figures = figures.size;
  }

  // The grids of somebody's posts by their codes: of a division or a unit those below it, or those that are named.
  function own(posts) {
    const starts = posts.flatMap((post) => post.scope.split(",").map((code) => {
      const place = code.trim().split("-")[0];
      if (place.length !== 12) return place;
      return place.endsWith("000000") ? place.slice(0, 6).replace(/(00)+$/, "") : place.replace(/000$/, "");
    }));
    const held = grids.filter((grid) => starts.some((start) => grid.code.startsWith(start)));
    return held.length ? held : grids;
  }

  async function enter(account) {
    session += 1;
    const current = session;
    mayReadFigures = account.may.includes("read_figures");
    at("login").hidden = true;
    at("choices").hidden = at("shown").hidden = false;
    trouble();
    map.updateSize();
    source.refresh();
    await readGrids(current);
    if (current !== session) return;
    fit(own(account.posts));
    await readFigures();
  }

  function leave() {
    session += 1;
    token = null;
    sessionStorage.removeItem(TOKEN);
    figures = new Map();
    grids = [];
    labels.getSource().clear();
    source.clear();
    at("about").replaceChildren();
    at("figures").replaceChildren();
    at("choices").hidden = at("shown").hidden = true;
    at("login").hidden = false;
    at("username").focus();
  }

  at("login").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const body = JSON.stringify({ username: at("username").value, password: at("password").value });
      const opened = await json("/api/v1/sessions", { method: "POST", headers: { "Content-Type": "application/json" }, body });
      token = opened.token;
      sessionStorage.setItem(TOKEN, token);
      at("password").value = "";
      await enter(opened.account);
      at("map").focus();
    } catch (error) {
      trouble(error.message);
    }
  });
  at("leave").addEventListener("click", async () => {
    await ask("/api/v1/sessions/current", { method: "DELETE" }).catch(() => {});
    leave();
    trouble();
  });
  for (const id of ["measure", "by", "period"]) {
    at(id).addEventListener("change", () => readFigures().catch((error) => trouble(error.message)));
  }
  at("cases").addEventListener("change", () => points.changed());

  legend();
  if (token) {
    json("/api/v1/me").then(enter).catch((error) => {
      if (token) leave();
      trouble(error.message);
    });
  } else {
    leave();
  }
})();

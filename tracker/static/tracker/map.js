/* The map: a base map from this host, and each place as an area as wide as its uncertainty. */
(() => {
  "use strict";
  const tones = { violation: "--breach-fill", corroborated: "--strain-fill", alleged: "--strain-fill", ruled: "--breach-fill" };
  const draw = async () => {
    const box = document.getElementById("map");
    if (!box || box.dataset.ready || !window.L) return;
    box.dataset.ready = "1";
    box.hidden = false;
    const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const map = L.map(box, { attributionControl: false, scrollWheelZoom: false, maxZoom: 10, minZoom: 3, zoomSnap: 0.25 });
    const base = await (await fetch(box.dataset.base)).json();
    L.geoJSON(base, {
      interactive: false,
      style: (feature) => ({
        color: colour("--line"), weight: feature.properties.inside && feature.properties.level === "country" ? 1.6 : 0.8,
        fillColor: colour(feature.properties.inside ? "--card" : "--sunk"), fillOpacity: feature.properties.level === "country" ? 1 : 0,
      }),
    }).addTo(map);
    if (base.bbox) map.fitBounds([[base.bbox[1], base.bbox[0]], [base.bbox[3], base.bbox[2]]], { padding: [6, 6] });
    for (const item of document.querySelectorAll("#points li[data-lat]")) {
      const { lat, lon, metres, state } = item.dataset;
      const tone = colour(tones[state] || "--unknown-fill");
      const link = item.querySelector("a").cloneNode(true);
      L.circle([lat, lon], { radius: +metres, color: tone, weight: 1.5, dashArray: "3 4", fillColor: tone, fillOpacity: 0.22 }).bindPopup(link).addTo(map);
      L.circleMarker([lat, lon], { radius: 3.5, color: tone, weight: 2, fillColor: colour("--card"), fillOpacity: 1 }).bindPopup(link.cloneNode(true)).addTo(map);
    }
  };
  draw();
  document.addEventListener("htmx:afterSettle", draw);
})();

// Draws the figures of a page: every element with data-figure holds the id of a JSON script with a Plotly figure.
function drawFigures(root) {
  if (!globalThis.Plotly) return;
  for (const place of root.querySelectorAll("[data-plotly]")) {
    const source = document.getElementById(place.dataset.plotly);
    if (!source) continue;
    const { data, layout } = JSON.parse(source.textContent);
    globalThis.Plotly.react(place, data, layout, { displayModeBar: false, responsive: true });
  }
}
document.addEventListener("DOMContentLoaded", () => drawFigures(document));
document.addEventListener("htmx:afterSettle", (event) => drawFigures(event.target));

// What every page of ours does with a figure: fits it to its place and to the reader's colour scheme, then lets Plotly
// draw it. It stands before the page's own script, and runs in the browser, after Plotly.
// deno-lint-ignore no-unused-vars -- the page's own script uses it
function plotting({ template, dark }) {
  const night = matchMedia("(prefers-color-scheme: dark)");
  const NARROW = 460;

  /** Replaces light colours by dark ones, in texts wherever they stand. */
  function recolour(value) {
    if (typeof value === "string") return value.replace(/#[0-9a-f]{6}\b/g, (colour) => dark[colour] ?? colour);
    if (Array.isArray(value)) {
      // Long columns of numbers hold no colour; the stops of a scale, such as [0.5, "#f5f6f8"], do.
      return typeof value[0] === "number" && typeof value[1] !== "string" ? value : value.map(recolour);
    }
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, recolour(part)]));
  }

  /** A figure as this page shows it: the title is a heading of the page, and narrow charts have a legend. */
  function fitted(figure, width) {
    const { title: _, annotations = [], margin, ...layout } = structuredClone(figure.layout);
    const narrow = width < NARROW;
    const labelled = annotations.some((note) => note.name === "direct-label");
    const legend = layout.showlegend || (labelled && narrow);
    const top = legend ? 34 : 12;
    const fit = {
      data: structuredClone(figure.data),
      config: figure.config,
      layout: {
        ...layout,
        template,
        showlegend: legend,
        annotations: annotations.filter((note) => !(narrow && note.name === "direct-label")),
        height: layout.height - margin.t + top,
        margin: { ...margin, t: top, l: narrow ? Math.min(margin.l, 52) : margin.l, r: narrow ? 12 : margin.r },
      },
    };
    if (!narrow) return fit;
    // A legend of lines stands one below the other: it must not take its height from the chart.
    if (labelled) fit.layout.height += 18 * figure.data.length;
    fit.layout.xaxis = { ...layout.xaxis, nticks: figure.data[0]?.orientation === "h" ? 3 : 5 };
    return shortenLabels(fit);
  }

  /** Shortens a name in its middle, so that a long one does not push its chart off a phone. */
  const shortened = (name) => name.length <= 24 ? name : `${name.slice(0, 13)}…${name.slice(-10)}`;

  function shortenLabels(figure) {
    const bars = figure.data.find((trace) => trace.type === "bar" && trace.orientation === "h");
    if (!bars) return figure;
    const { yaxis, ...layout } = figure.layout;
    return { ...figure, layout: { ...layout, yaxis: { ...yaxis, tickvals: bars.y, ticktext: bars.y.map(shortened) } } };
  }

  /** Draws a figure into an element. `change` may alter what is drawn. */
  function draw(div, figure, change = (figure) => figure) {
    const { data, layout, config } = change(fitted(figure, div.clientWidth));
    const drawn = night.matches ? recolour({ data, layout }) : { data, layout };
    return globalThis.Plotly.react(div, drawn.data, drawn.layout, config);
  }

  return { draw, night, NARROW };
}

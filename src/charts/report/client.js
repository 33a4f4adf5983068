// The script of a report's page: draws the figures, follows the reader's colour scheme and the page's width, and lets
// the reader choose a series and move through time. It runs in the browser, after Plotly.
(() => {
  const { template, dark, figures } = JSON.parse(document.getElementById("figures").textContent);
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

  function draw(div, change = (figure) => figure) {
    const figure = change(fitted(figures[div.dataset.figure], div.clientWidth));
    const { data, layout, config } = night.matches ? recolour(figure) : figure;
    return globalThis.Plotly.react(div, data, layout, config);
  }

  const explorer = document.getElementById("explorer");
  const shown = explorer?.querySelector(".plot");
  const DAY = 86_400_000;
  const find = (id) => document.getElementById(id);
  const iso = (time) => new Date(time).toISOString().slice(0, 10);

  /** First and last moment of the shown series, with half a step of room. */
  function extent() {
    const actual = figures[shown.dataset.figure].data.find((trace) => trace.name === "actual");
    const times = actual.x ? actual.x.map((date) => Date.parse(date)) : undefined;
    const step = actual.dx ?? DAY;
    const first = times ? times[0] : Date.parse(actual.x0);
    const last = times ? times.at(-1) : first + (actual.y.length - 1) * step;
    return { first: first - step / 2, last: last + step / 2, step };
  }

  /** The dates that the controls ask for. */
  function chosenRange() {
    const { first, last, step } = extent();
    const wanted = Number(find("span-choice").value) * DAY;
    const width = wanted === 0 ? last - first : Math.min(Math.round(wanted / step) * step, last - first);
    const scrubber = find("scrubber");
    // One notch is one step of the series; when the window's width changes, it stays where it was, relatively.
    const notches = Math.round((last - first - width) / step);
    const place = scrubber.disabled ? 1 : scrubber.value / scrubber.max;
    scrubber.disabled = notches === 0;
    if (notches !== Number(scrubber.max)) {
      scrubber.max = Math.max(1, notches);
      scrubber.value = Math.round(place * scrubber.max);
    }
    const from = last - width - (notches === 0 ? 0 : (scrubber.max - scrubber.value) * step);
    const text = `${iso(from + step / 2)} to ${iso(from + width - step / 2)}`;
    find("scrubber-dates").value = text;
    scrubber.setAttribute("aria-valuetext", text);
    return [iso(from) + "T12:00", iso(from + width) + "T12:00"];
  }

  function explore() {
    const select = find("model-choice");
    const choices = select ? [...select.options].map((option) => option.value) : [];
    return draw(shown, (figure) => {
      for (const trace of figure.data) {
        if (choices.includes(trace.legendgroup)) trace.visible = trace.legendgroup === select.value;
      }
      figure.layout.xaxis.range = chosenRange();
      return figure;
    });
  }

  /** Moves the window only: the figure stays as it is. */
  const scrub = () => globalThis.Plotly.relayout(shown, { "xaxis.range": chosenRange() });

  function chooseSeries(index) {
    const { title, subtitle } = figures[`series-${index}`];
    shown.dataset.figure = `series-${index}`;
    shown.setAttribute("aria-label", `Chart: ${title}`);
    find("series-title").textContent = title;
    find("series-subtitle").textContent = subtitle;
    for (const table of document.querySelectorAll("[data-series-table]")) {
      table.hidden = table.dataset.seriesTable !== index;
    }
    return explore();
  }

  const redraw = (div) => div === shown ? explore() : draw(div);
  const plots = [...document.querySelectorAll(".plot")];
  plots.forEach(redraw);

  if (explorer) {
    find("series-choice").addEventListener("change", (event) => chooseSeries(event.target.value));
    find("model-choice")?.addEventListener("change", explore);
    find("span-choice").addEventListener("change", scrub);
    find("scrubber").addEventListener("input", scrub);
  }
  night.addEventListener("change", () => plots.forEach(redraw));

  // Plotly follows the width by itself; a chart is drawn anew only when it becomes narrow or wide.
  const narrow = new Map(plots.map((div) => [div, div.clientWidth < NARROW]));
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const now = target.clientWidth < NARROW;
      if (narrow.get(target) === now) continue;
      narrow.set(target, now);
      redraw(target);
    }
  });
  for (const div of plots) observer.observe(div);
})();

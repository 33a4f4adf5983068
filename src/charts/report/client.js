// The script of a report's page: draws the figures, follows the reader's colour scheme and the page's width, and lets
// the reader choose a series and move through time. It runs in the browser, after Plotly.
(() => {
  const { template, dark, figures } = JSON.parse(document.getElementById("figures").textContent);
  const { draw: drawFigure, night, NARROW } = plotting({ template, dark });
  const draw = (div, change) => drawFigure(div, figures[div.dataset.figure], change);

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

  // What is seen is drawn at once. The rest has its room, and is drawn one by one while nothing else is to be done, sooner
  // where the reader comes near it: a page of thirty charts opens as fast as one of three.
  const waiting = new Set(plots.filter((div) => div !== shown));
  for (const div of waiting) div.style.minHeight = `${figures[div.dataset.figure].layout.height}px`;
  const isNear = (div) => {
    const { top, bottom } = div.getBoundingClientRect();
    return bottom > -innerHeight / 2 && top < 1.5 * innerHeight;
  };
  function drawWaiting(div) {
    if (!waiting.delete(div)) return;
    near.unobserve(div);
    div.style.minHeight = "";
    redraw(div);
  }
  const near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) drawWaiting(target);
  }, { rootMargin: "50%" });
  if (shown) explore();
  for (const div of [...waiting].filter(isNear)) drawWaiting(div);
  for (const div of waiting) near.observe(div);
  const whenIdle = globalThis.requestIdleCallback ?? ((run) => setTimeout(run, 20));
  function drawNext() {
    const [next] = waiting;
    if (next === undefined) return;
    drawWaiting(next);
    whenIdle(drawNext);
  }
  addEventListener("load", () => whenIdle(drawNext));
  addEventListener("beforeprint", () => [...waiting].forEach(drawWaiting));

  if (explorer) {
    find("series-choice").addEventListener("change", (event) => chooseSeries(event.target.value));
    find("model-choice")?.addEventListener("change", explore);
    find("span-choice").addEventListener("change", scrub);
    find("scrubber").addEventListener("input", scrub);
  }
  const drawn = () => plots.filter((div) => !waiting.has(div));
  night.addEventListener("change", () => drawn().forEach(redraw));

  // Plotly follows the width by itself; a chart is drawn anew only when it becomes narrow or wide.
  const narrow = new Map(plots.map((div) => [div, div.clientWidth < NARROW]));
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const now = target.clientWidth < NARROW;
      if (narrow.get(target) === now) continue;
      narrow.set(target, now);
      if (!waiting.has(target)) redraw(target);
    }
  });
  for (const div of plots) observer.observe(div);
})();

// Runs a take-away: reads its numbers, forecasts under the reader's plan, draws. `takeawayScorer` stands above.
(async () => {
  const KINDS = { f32: Float32Array, f64: Float64Array, i32: Int32Array, u8: Uint8Array, u32: Uint32Array };
  const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const $ = (id) => document.getElementById(id);
  const packed = bytesOf($("takeaway").textContent.trim());
  const text = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  const model = JSON.parse(text, (_, value) => {
    if (value === null || typeof value !== "object" || typeof value.bytes !== "string") return value;
    return new KINDS[value.kind](bytesOf(value.bytes).buffer);
  });
  const forecast = takeawayScorer(model), number = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
  const { dates, toggles, series, unit, frequency } = model;
  const day = (date) =>
    new Date(`${date}T00:00:00Z`).toLocaleDateString("en-GB", {
      day: "numeric",
      month: "short",
      timeZone: "UTC",
    });
  const weekday = (date) =>
    new Date(`${date}T00:00:00Z`).toLocaleDateString("en-GB", { weekday: "short", timeZone: "UTC" });
  const usualPlan = (at) =>
    series[at].flags.map((flags) => Array.from(flags.slice(-dates.length), (on) => on > 0 ? 1 : 0));
  let at = 0, plan = usualPlan(0);

  // What a test, or a curious reader, may ask.
  globalThis.takeaway = { model, forecast: (k, wanted) => forecast(k, wanted), usualPlan };

  if (series.length > 1) {
    $("series").append(...series.map(({ id }, k) => new Option(id, String(k))));
    $("series").addEventListener("change", () => {
      at = Number($("series").value);
      plan = usualPlan(at);
      layOutPlan();
      draw();
    });
  } else $("picker").hidden = true;
  $("reset").addEventListener("click", () => {
    plan = usualPlan(at);
    layOutPlan();
    draw();
  });
  if (toggles.length === 0) $("plan").hidden = true;
  let waiting = false;
  new ResizeObserver(() => draw()).observe($("chart"));
  layOutPlan();
  draw();
  document.documentElement.dataset.ready = "1";

  function layOutPlan() {
    const gaps = frequency === "1d" ? (new Date(`${dates[0]}T00:00:00Z`).getUTCDay() + 6) % 7 : 0;
    $("calendar").replaceChildren(
      ...Array.from({ length: gaps }, () => Object.assign(document.createElement("span"), { className: "gap" })),
      ...dates.map((date, step) => {
        const box = document.createElement("fieldset"), legend = document.createElement("legend");
        legend.textContent = `${frequency === "1d" ? `${weekday(date)} ` : ""}${day(date)}`;
        box.append(
          legend,
          ...toggles.map(({ word }, k) => {
            const label = document.createElement("label"), input = document.createElement("input");
            input.type = "checkbox";
            input.checked = plan[k][step] === 1;
            input.disabled = series[at].open[step] === 0;
            input.setAttribute("aria-label", `${word} on ${day(date)}`);
            input.addEventListener("change", () => {
              plan[k][step] = input.checked ? 1 : 0;
              if (waiting) return;
              waiting = true;
              requestAnimationFrame(() => {
                waiting = false;
                draw();
              });
            });
            label.append(input, ` ${word}`);
            return label;
          }),
        );
        if (series[at].open[step] === 0) {
          box.append(Object.assign(document.createElement("span"), { textContent: "closed" }));
        }
        return box;
      }),
    );
  }

  function draw() {
    const one = series[at], began = performance.now();
    const { values, intervals } = forecast(at, plan);
    const took = performance.now() - began;
    const total = values.reduce((sum, value) => sum + value, 0);
    const before = one.forecast.reduce((sum, value) => sum + value, 0);
    const changed = plan.some((flags, k) => flags.some((on, step) => on !== usualPlan(at)[k][step]));
    const difference = total - before, currency = unit.split(" ")[0];
    const signed = `${difference < 0 ? "−" : "+"}${number.format(Math.abs(difference))} ${currency}`;
    $("headline").textContent = changed
      ? `With your plan, ${model.word} ${one.id} sells ${number.format(Math.abs(difference))} ${currency} ${
        difference < 0 ? "less" : "more"
      }`
      : `${model.word[0].toUpperCase()}${model.word.slice(1)} ${one.id} will sell ${
        number.format(before)
      } ${currency} from ${day(dates[0])} to ${day(dates.at(-1))}`;
    $("before").textContent = `${number.format(before)} ${currency}`;
    $("after").textContent = `${number.format(total)} ${currency}`;
    $("difference").textContent = changed ? signed : "–";
    $("took").textContent = `computed here in ${took.toFixed(1)} ms`;
    chart(one, values, intervals, changed);
    $("rows").replaceChildren(...dates.map((date, step) => {
      const row = document.createElement("tr");
      const level = intervals.find((interval) => interval.level === 80);
      const cells = [
        date,
        number.format(one.forecast[step]),
        number.format(values[step]),
        level ? `${number.format(level.lo[step])} to ${number.format(level.hi[step])}` : "–",
        toggles.filter((_, k) => plan[k][step] === 1).map(({ word }) => word).concat(
          one.open[step] === 0 ? ["closed"] : [],
        ).join(", "),
      ];
      row.append(...cells.map((text, k) => {
        const cell = document.createElement(k === 0 ? "th" : "td");
        cell.textContent = text;
        if (k > 0 && k < 4) cell.className = "number";
        return cell;
      }));
      return row;
    }));
  }

  function chart(one, values, intervals, changed) {
    const svg = $("chart"), width = Math.max(280, svg.clientWidth), height = 340;
    const left = 52, right = 8, top = 8, bottom = 60, past = one.past.dates.length, n = past + dates.length;
    const most = Math.max(
      ...one.past.y.map((y) => y ?? 0),
      ...values,
      ...one.lastYear.map((y) => y ?? 0),
      ...intervals.filter(({ level }) => level <= 80).flatMap(({ hi }) => [...hi]),
      1,
    ) * 1.05;
    const x = (i) => left + (width - left - right) * (i + 0.5) / n;
    const y = (value) => top + (height - top - bottom) * (1 - Math.max(0, Math.min(value, most)) / most);
    const parts = [];
    const add = (name, attributes, content = "") =>
      parts.push(
        `<${name} ${
          Object.entries(attributes).map(([key, value]) => `${key}="${value}"`).join(" ")
        }>${content}</${name}>`,
      );
    // Days that are closed interrupt a line; they say nothing about the others.
    const path = (points) =>
      points.reduce((text, [px, py], k) => `${text}${k === 0 ? "M" : "L"}${px.toFixed(1)},${py.toFixed(1)}`, "");
    const step = 10 ** Math.floor(Math.log10(most)),
      each = most / step > 5 ? 2 * step : most / step > 2 ? step : step / 2;
    for (let value = 0; value <= most; value += each) {
      add("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), class: value === 0 ? "zero" : "grid" });
      const label = value >= 1000 ? `${value / 1000}k` : String(value);
      add("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, label);
    }
    const every = Math.ceil(n / (width / 80)), all = [...one.past.dates, ...dates];
    all.forEach((date, i) => {
      if (i % every === 0) add("text", { x: x(i), y: height - 6, "text-anchor": "middle" }, day(date));
    });
    dates.forEach((_, s) => {
      if (one.open[s] === 0) {
        const w = (width - left - right) / n;
        add("rect", { x: x(past + s) - w / 2, y: top, width: w, height: height - top - bottom, class: "closed" });
      }
    });
    const open = dates.map((_, s) => s).filter((s) => one.open[s] === 1);
    for (const { level, lo, hi } of [...intervals].reverse()) {
      const points = [
        ...open.map((s) => [x(past + s), y(hi[s])]),
        ...open.toReversed().map((s) => [x(past + s), y(lo[s])]),
      ];
      if (points.length > 0) add("path", { d: `${path(points)}Z`, class: `band${level}` });
    }
    const sold = one.past.y.map((value, i) => [i, value]).filter(([, value]) => value !== null && value > 0);
    if (sold.length > 0) add("path", { d: path(sold.map(([i, value]) => [x(i), y(value)])), class: "sold" });
    const ghost = open.filter((s) => one.lastYear[s] !== null && one.lastYear[s] > 0);
    if (ghost.length > 0) {
      add("path", { d: path(ghost.map((s) => [x(past + s), y(one.lastYear[s])])), class: "ghost dotted" });
    }
    if (changed) add("path", { d: path(open.map((s) => [x(past + s), y(one.forecast[s])])), class: "ghost" });
    add("path", { d: path(open.map((s) => [x(past + s), y(values[s])])), class: "forecast" });
    toggles.forEach(({ column }, k) => {
      const amber = column.includes("promo"), line = height - bottom + 14 + 14 * k;
      all.forEach((_, i) => {
        const on = i < past ? one.flags[k][one.flags[k].length - dates.length - past + i] > 0 : plan[k][i - past] === 1;
        if (on) add("line", { x1: x(i), x2: x(i), y1: line - 5, y2: line + 5, class: amber ? "promotion" : "holiday" });
      });
    });
    dates.forEach((date, s) => {
      const w = (width - left - right) / n, eighty = intervals.find(({ level }) => level === 80);
      const range = eighty ? `, 80 %: ${number.format(eighty.lo[s])} to ${number.format(eighty.hi[s])}` : "";
      const told = one.open[s] === 0 ? "closed" : `${number.format(values[s])}${range}`;
      add(
        "rect",
        { x: x(past + s) - w / 2, y: top, width: w, height: height - top - bottom, class: "hover" },
        `<title>${date}: ${told}</title>`,
      );
    });
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.innerHTML = parts.join("");
  }
})();

// Draws every chart of the page from its JSON. Without this script, or without plotly, each table stands open instead.
(() => {
  "use strict";
  const NARROW = 480; // px of plot width under which the phone layout is used
  const PRINT_WIDTH = 680; // px, the text width of an A4 page
  const CONFIG = { displayModeBar: false, responsive: false, scrollZoom: false, doubleClick: false, showTips: false, editable: false };

  const figureOf = (plot) => JSON.parse(document.getElementById(plot.dataset.ediChart).textContent);

  const layoutFor = (figure, width) => ({ ...(width < NARROW ? figure.narrow : figure.layout), width, autosize: false });

  function draw(plot, figure, width) {
    if (!width) return;
    const layout = layoutFor(figure, width);
    plot.dataset.width = String(width);
    // plotly writes into what it is given, so each drawing starts from a copy
    window.Plotly.react(plot, structuredClone(figure.data), structuredClone(layout), CONFIG);
  }

  // The same figure with title, period, release, source and the mark of synthetic data inside the picture.
  function save(figure) {
    const { title, footer, filename } = figure.picture;
    const layout = structuredClone(figure.layout);
    const margin = layout.margin || {};
    const head = 44;
    const foot = 34;
    layout.title = { text: title, x: 0, xref: "container", xanchor: "left", y: 1, yref: "container", yanchor: "top", pad: { l: 16, t: 14 }, font: { size: 18 } };
    layout.margin = { ...margin, t: (margin.t || 0) + head, b: (margin.b || 0) + foot };
    layout.height = (layout.height || 360) + head + foot;
    layout.width = 1000;
    const left = { x: 0, xref: "paper", xanchor: "left", xshift: 16 - (margin.l || 0) };
    const line = { text: footer, showarrow: false, font: { size: 12 }, align: "left", ...left, y: 0, yref: "paper", yanchor: "bottom", yshift: 8 - layout.margin.b };
    layout.annotations = [...(layout.annotations || []), line];
    return window.Plotly.downloadImage({ data: structuredClone(figure.data), layout, config: CONFIG }, { format: "svg", width: 1000, height: layout.height, filename });
  }

  function offerPicture(plot, figure) {
    const links = plot.closest(".edi-chart").querySelector(".edi-links");
    if (!links || links.querySelector("button")) return;
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "edi-links__button";
    button.textContent = "Download picture (SVG)";
    button.addEventListener("click", () => save(figure));
    item.append(button);
    links.append(item);
  }

  function start(plot) {
    const figure = figureOf(plot);
    draw(plot, figure, plot.clientWidth);
    offerPicture(plot, figure);
    const table = plot.closest(".edi-chart").querySelector("[data-edi-chart-table]");
    const wanted = table && table.querySelector(`[id="${CSS.escape(window.location.hash.slice(1))}"]`);
    if (table && !wanted) table.open = false;
    new ResizeObserver(() => {
      if (!window.matchMedia("print").matches && String(plot.clientWidth) !== plot.dataset.width) draw(plot, figure, plot.clientWidth);
    }).observe(plot);
    window.addEventListener("beforeprint", () => draw(plot, figure, Math.min(PRINT_WIDTH, Math.max(plot.clientWidth, NARROW))));
    window.addEventListener("afterprint", () => draw(plot, figure, plot.clientWidth));
  }

  function startAll() {
    if (!window.Plotly) return;
    // each on its own turn: a chart that cannot be drawn leaves its table open and does not stop the others
    document.querySelectorAll("[data-edi-chart]").forEach((plot) => setTimeout(start, 0, plot));
  }

  // A link to a table opens it; browsers do so only when the fragment changes.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('.edi-links a[href^="#"]');
    const details = link && document.getElementById(link.hash.slice(1))?.closest("details");
    if (details) details.open = true;
  });

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", startAll);
  else startAll();
})();

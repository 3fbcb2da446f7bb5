// Shows the page when its widgets are ready, and says so when its kernel has ended.
"use strict";

const POLL_MS = 15000;
const kernel = JSON.parse(document.getElementById("jupyter-config-data").textContent).kernelId;

window.cellLoaded = true; // all cells stand above this script
window.voila_finish = () => {
  document.getElementById("wait").hidden = true;
  document.getElementById("rendered_cells").hidden = false;
};

const timer = setInterval(async () => {
  const answer = await fetch(`/api/kernels/${kernel}`).catch(() => null);
  if (answer?.ok) return;
  document.getElementById("asleep").hidden = false;
  clearInterval(timer);
}, POLL_MS);

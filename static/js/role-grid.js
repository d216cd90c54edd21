// Role grid: colour a cell as its level is chosen and count what is not saved. Without it "Show whom it affects" does the same.
"use strict";
(() => {
  const form = document.querySelector("[data-grid]");
  if (!form) return;
  const box = form.querySelector("[data-unsaved]");
  const count = form.querySelector("[data-unsaved-count]");
  const begun = Number(count.textContent); // cells that were changed before this page was made
  const cells = [...form.querySelectorAll("td[data-level]")];
  const wasEdited = new Set(cells.filter((cell) => cell.classList.contains("edited")));

  function paint(cell) {
    const level = cell.querySelector("select").value;
    const tick = cell.querySelector("input[type=checkbox]");
    if (level === "0") tick.checked = false;
    const isNew = level !== cell.dataset.level || Number(tick.checked) !== Number(cell.dataset.focus);
    cell.className = level === "0" ? "b-none" : `lv${level}`;
    cell.classList.toggle("focus", tick.checked);
    cell.classList.toggle("edited", isNew || wasEdited.has(cell));
  }

  form.addEventListener("change", (event) => {
    const cell = event.target.closest("td[data-level]");
    if (!cell) return;
    paint(cell);
    const now = cells.filter((one) => one.classList.contains("edited")).length;
    count.textContent = Math.max(now, begun ? 1 : 0);
    box.hidden = now === 0;
  });
})();

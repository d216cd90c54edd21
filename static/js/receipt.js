// Copy and print buttons of the receipt; without this file they are not shown.
"use strict";
(() => {
  const code = document.querySelector("[data-receipt]");
  if (!code) return;
  const buttons = document.querySelector("[data-receipt-buttons]");
  const copy = buttons.querySelector("[data-copy]");
  buttons.hidden = false;
  buttons.querySelector("[data-print]").addEventListener("click", () => print());
  if (navigator.clipboard) {
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent);
      copy.querySelector("span").textContent = "Copied";
    });
  } else {
    copy.hidden = true;
  }
})();

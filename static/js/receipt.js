// Copy and print buttons of the codes on the receipt; without this file they are not shown.
"use strict";
for (const buttons of document.querySelectorAll("[data-receipt-buttons]")) {
  const code = buttons.parentElement.querySelector(`[data-receipt="${buttons.dataset.receiptButtons}"]`);
  const copy = buttons.querySelector("[data-copy]");
  const words = copy.querySelector("span");
  buttons.hidden = false;
  buttons.querySelector("[data-print]")?.addEventListener("click", () => print());
  copy.hidden = !navigator.clipboard;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent.trim());
    words.textContent = copy.dataset.copied;
  });
}

// Comfort for every page; nothing here is needed to use the product.
"use strict";
(() => {
  const TOAST_MS = 6000;

  function retire(toast) {
    const held = () => toast.matches(":hover, :focus-within");
    const leave = () => (held() ? setTimeout(leave, 1000) : toast.remove());
    setTimeout(leave, TOAST_MS);
  }

  function wake(root) {
    root.querySelectorAll("[data-toast]").forEach(retire);
  }

  wake(document);
  document.addEventListener("htmx:afterSwap", (event) => wake(event.target));
})();

"use strict";
// Hides the reports that do not hold all words that were typed. Words are compared folded; nothing is ever written into the page but a number.
(function () {
  function fold(text) {
    return text.normalize("NFKC").toLowerCase()
      .replace(/[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, "")
      .replace(/[\u0622\u0623\u0625\u0671]/g, "\u0627").replace(/[\u0649\u0626\u06cc]/g, "\u064a").replace(/\u0624/g, "\u0648")
      .replace(/\u0629/g, "\u0647").replace(/\u06a9/g, "\u0643")
      .replace(/[\u0660-\u0669]/g, function (d) { return String(d.charCodeAt(0) - 0x660); })
      .replace(/[\u06f0-\u06f9]/g, function (d) { return String(d.charCodeAt(0) - 0x6f0); })
      .normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }
  var more = JSON.parse(document.getElementById("more").textContent);
  var items = Array.prototype.slice.call(document.querySelectorAll("#reports > li"));
  var texts = items.map(function (item, at) { return " " + fold(item.textContent + " " + (more.texts[at] || "")); });
  var box = document.getElementById("words"), count = document.getElementById("count");
  function search() {
    var words = fold(box.value).split(" ").filter(Boolean), shown = 0;
    items.forEach(function (item, at) {
      item.hidden = !words.every(function (word) { return texts[at].indexOf(word) >= 0; });
      shown += item.hidden ? 0 : 1;
    });
    count.textContent = more.count.replace("{}", more.digits === "arabic" ? String(shown).replace(/\d/g, function (d) { return String.fromCharCode(0x660 + Number(d)); }) : String(shown));
  }
  box.addEventListener("input", search);
  box.form.addEventListener("submit", function (event) { event.preventDefault(); });
}());

// What a person said and the server has not yet confirmed, kept on this device: a closed tab or a dead battery loses
// nothing. One row per seat and part; it leaves when it is confirmed. Why IndexedDB: docs/decisions/local-queue.md.
(function () {
  "use strict";
  const opened = new Promise((resolve) => {
    const request = window.indexedDB ? indexedDB.open("headwater", 1) : {};
    if (!window.indexedDB) resolve(null);
    request.onupgradeneeded = () => request.result.createObjectStore("unsent", { keyPath: ["seat", "part"] });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
  });
  const ask = async (work) => {
    const database = await opened;
    return new Promise((resolve) => {
      try {
        const transaction = database.transaction("unsent", "readwrite", { durability: "strict" });
        const request = work(transaction.objectStore("unsent"));
        transaction.oncomplete = () => resolve({ result: request.result });
        transaction.onerror = transaction.onabort = () => resolve(null);
        if (transaction.commit && !request.more) transaction.commit();
      } catch {
        resolve(null); // no room, or a private window: the page itself still holds it
      }
    });
  };
  window.unsent = {
    put: (entry) => ask((store) => store.put(entry)),
    all: (seat) => ask((store) => store.getAll(IDBKeyRange.bound([seat], [seat, []]))).then((found) => (found ? found.result : [])),
    drop: (entry) =>
      ask((store) => {
        const request = store.get([entry.seat, entry.part]);
        request.more = true;
        request.onsuccess = () => request.result && request.result.key === entry.key && store.delete([entry.seat, entry.part]);
        return request;
      }),
  };
})();

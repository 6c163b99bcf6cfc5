"""What a phone keeps of forms that could not be sent."""

# How many forms wait in the phone (js/kept.js), as a page can count them.
WAITING = """() => new Promise(done => {
    const asked = indexedDB.open("anke-later", 1);
    asked.onsuccess = () => {
        const counted = asked.result.transaction("forms").objectStore("forms").count();
        counted.onsuccess = () => done(counted.result);
    };
})"""

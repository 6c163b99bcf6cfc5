// What js/keep.js keeps of a form that says who somebody is: sealed for the server, with the claim in it, so that the letter is
// worth nothing on another phone or beside another scan.
import "./station/seal.js";

// item: as keep.js keeps it. box: the server's public key in base64. Null where the browser cannot seal.
export async function sealed(item, box) {
  const letter = await self.Station.seal(`${new URLSearchParams(item.fields)}`, box);
  const own = item.fields.filter(([name]) => name === "claim" || name === "do");
  return letter && { ...item, fields: [...own, ["sealed", letter]] };
}

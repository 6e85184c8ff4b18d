// Opens a binary age file with npm's `age-encryption`: open_envelope.mjs FILE IDENTITY_FILE > plaintext
import fs from "node:fs";
import * as age from "age-encryption";

const [file, identities] = process.argv.slice(2);
const decrypter = new age.Decrypter();
for (const line of fs.readFileSync(identities, "utf8").split("\n")) {
  if (line.trim() && !line.startsWith("#")) decrypter.addIdentity(line.trim());
}
process.stdout.write(await decrypter.decrypt(fs.readFileSync(file)));

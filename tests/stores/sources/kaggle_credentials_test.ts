import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { DatasetError } from "@/core/errors.ts";
import { kaggleAuthorization } from "@/stores/sources/kaggle_credentials.ts";

/** A home folder with the given files under .kaggle. */
async function home(files: Record<string, string>): Promise<string> {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(`${folder}/.kaggle`);
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${folder}/.kaggle/${name}`, text);
  return folder;
}

describe("kaggleAuthorization()", () => {
  it("prefers the environment to files, and the token to the key", async () => {
    const HOME = await home({ "kaggle.json": '{"username": "file", "key": "k"}', "access_token": "t\n" });
    expect(await kaggleAuthorization({ HOME })).toBe("Bearer t");
    expect(await kaggleAuthorization({ HOME, KAGGLE_USERNAME: "ada", KAGGLE_KEY: "k" })).toBe(`Basic ${btoa("ada:k")}`);
    expect(await kaggleAuthorization({ HOME, KAGGLE_USERNAME: "ada", KAGGLE_KEY: "k", KAGGLE_API_TOKEN: " x " }))
      .toBe("Bearer x");
  });

  it("looks in KAGGLE_CONFIG_DIR in place of the home folder, and in the Windows profile", async () => {
    const folder = await home({ "kaggle.json": '{"username": "ada", "key": "k"}' });
    expect(await kaggleAuthorization({ KAGGLE_CONFIG_DIR: `${folder}/.kaggle` })).toBe(`Basic ${btoa("ada:k")}`);
    expect(await kaggleAuthorization({ USERPROFILE: folder })).toBe(`Basic ${btoa("ada:k")}`);
  });

  it("empty variables count as not set", async () => {
    expect(await kaggleAuthorization({ KAGGLE_API_TOKEN: "", KAGGLE_USERNAME: "", KAGGLE_KEY: " " })).toBeUndefined();
  });

  it("says which half is missing", async () => {
    await expect(kaggleAuthorization({ KAGGLE_USERNAME: "ada" })).rejects.toThrow("needs KAGGLE_KEY beside it");
    await expect(kaggleAuthorization({ KAGGLE_KEY: "secret" })).rejects.toThrow("needs KAGGLE_USERNAME beside it");
  });

  it("refuses a file that is not what Kaggle makes, without quoting it", async () => {
    for (
      const text of ["secret", '{"key": "secret"', '{"username": "ada"}', "null", '{"username": 1, "key": "secret"}']
    ) {
      const HOME = await home({ "kaggle.json": text });
      const error: Error = await kaggleAuthorization({ HOME }).then(() => new Error("accepted"), (error) => error);
      expect(error).toBeInstanceOf(DatasetError);
      expect(error.message).toMatch(/kaggle.json needs to be \{"username": …, "key": …\}/);
      expect(`${error.message}${error.cause}`).not.toContain("secret");
    }
  });

  it("refuses a token that no header can carry, without quoting it", async () => {
    const error: Error = await kaggleAuthorization({ KAGGLE_API_TOKEN: "sec\nret" }).catch((error) => error);
    expect(error.message).toMatch(/the token in KAGGLE_API_TOKEN has blanks/);
    expect(error.message).not.toMatch(/sec|ret/);
  });
});

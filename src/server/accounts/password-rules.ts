// What a new password must not be: short, the name, or one of those that everybody tries first (NIST SP 800-63B 3.1.1 asks for
// length and such a list, and against rules about kinds of characters).

export const LEAST_LENGTH = 12;
export const MOST_LENGTH = 200;

/** What people take when twelve characters are asked for, without digits and signs at the end, in small letters. */
const COMMON = new Set(
  `password passwordpassword passwort passwortpasswort administrator adminadmin adminadminadmin letmein letmeinletmein
  letmeinplease iloveyou iloveyouiloveyou welcome welcomewelcome changeme changemechangeme changemeplease pleasechangeme
  qwerty qwertyuiop qwertyqwerty qwertyuiopasdf qwertzuiop qwertzuiopü qwertzqwertz asdfghjkl asdfasdfasdf zxcvbnm
  monkeymonkey dragondragon footballfootball baseballbaseball sunshinesunshine princessprincess superman supermansuperman
  battery batterybattery batterypack batterymanagement batterymanagementsystem bmsmini bms-mini bmsminibmsmini lithium
  lithiumlithium solarsolar solarsolarsolar correcthorsebatterystaple trustno secret secretsecret mypassword mysecretpassword
  thisismypassword thisisapassword temppassword defaultpassword defaultdefault testtesttest testpassword rootrootroot
  masterkey masterpassword ownerownerowner serviceservice operator operatoroperator qazwsxedcrfv qweasdzxc abcdefgh abcdefghij
  abcdefghijkl abcabcabcabc`.split(/\s+/),
);

/** What is wrong with a new password, as the end of a sentence about it, or undefined. */
export function judgeNewPassword(password: string, name: string): string | undefined {
  const length = [...password].length;
  if (length < LEAST_LENGTH) return `must have at least ${LEAST_LENGTH} characters`;
  if (length > MOST_LENGTH) return `must have at most ${MOST_LENGTH} characters`;
  if (/\p{Cc}/u.test(password)) return "must not have control characters";
  const small = password.toLowerCase();
  const bare = small.replace(/[\d\s!?.,;:_*#$%&@+=-]+$/, "").replace(/^[\d\s!?.,;:_*#$%&@+=-]+/, "");
  if (bare === "" && isSequence(small)) return "must not be a row of digits or signs that anybody would try";
  if (bare === name.toLowerCase() || small.replaceAll(name.toLowerCase(), "").length < 4)
    return "must not be the name with little added";
  if (new Set(small).size < 5) return "must have at least five different characters";
  return COMMON.has(bare) ? "is one of those that everybody tries first" : undefined;
}

/** Each sign follows from the one before it by the same step: 123456789012, 111111111111, ############. */
function isSequence(text: string): boolean {
  const isDigits = /^\d+$/.test(text);
  const steps = [...text].slice(1).map((sign, index) => {
    const step = sign.charCodeAt(0) - text.charCodeAt(index);
    return isDigits ? (step + 10) % 10 : step;
  });
  return new Set(steps).size <= 1;
}

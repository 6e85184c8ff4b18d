//! The commonest words of spoken English: evidence that a turn is English, and words that are nobody's
//! name by themselves. Our own list; no language model.

/// In order.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "a", "able", "about", "above", "across", "actually", "after", "afternoon", "again", "against", "ago", "all",
    "almost", "alone", "along", "already", "alright", "also", "although", "always", "am", "an", "and", "angry",
    "another", "any", "anybody", "anymore", "anyone", "anything", "anyway", "apart", "are", "area", "aren't",
    "around", "as", "ask", "asked", "asking", "at", "away", "baby", "back", "bad", "bath", "be", "became",
    "because", "become", "bed", "been", "before", "began", "behind", "being", "believe", "best", "better",
    "between", "big", "bit", "black", "blood", "blue", "body", "book", "both", "bother", "boy", "break",
    "breakfast", "bring", "brother", "brought", "bus", "but", "buy", "by", "call", "called", "calling", "came",
    "can", "can't", "cannot", "car", "care", "case", "cause", "certain", "chance", "change", "check", "child",
    "children", "city", "class", "clean", "clear", "clinic", "close", "clothes", "cold", "come", "comes", "coming",
    "cook", "could", "couldn't", "country", "couple", "course", "cousin", "crazy", "cry", "cup", "cut", "dad",
    "daughter", "day", "days", "dead", "deal", "decide", "depends", "depressed", "did", "didn't", "die",
    "different", "difficult", "dinner", "do", "doctor", "does", "doesn't", "dog", "doing", "don't", "done", "door",
    "down", "drink", "drive", "dry", "due", "during", "each", "early", "easy", "eat", "either", "else", "end",
    "enough", "especially", "even", "evening", "ever", "every", "everybody", "everyone", "everything", "exactly",
    "example", "eye", "eyes", "face", "fact", "fall", "family", "far", "father", "feel", "feeling", "feels",
    "felt", "few", "fight", "find", "fine", "finish", "first", "five", "follow", "food", "for", "forget", "four",
    "free", "friend", "friends", "from", "full", "funny", "game", "gave", "get", "gets", "getting", "girl", "give",
    "go", "god", "goes", "going", "gone", "gonna", "good", "got", "gotta", "great", "group", "grow", "guess",
    "had", "hair", "half", "hand", "happen", "happened", "happens", "happy", "hard", "has", "hasn't", "hate",
    "have", "haven't", "having", "he", "he's", "head", "health", "hear", "heard", "heart", "help", "her", "here",
    "hers", "herself", "hey", "him", "himself", "his", "hit", "hold", "home", "hope", "hospital", "hot", "hour",
    "hours", "house", "how", "huh", "hurt", "husband", "i", "i'd", "i'll", "i'm", "i've", "idea", "if", "ill",
    "imagine", "important", "in", "inside", "instead", "interview", "into", "is", "isn't", "it", "it's", "its",
    "job", "just", "keep", "kept", "kid", "kids", "kind", "knew", "know", "known", "knows", "last", "late",
    "later", "laugh", "learn", "least", "leave", "left", "less", "let", "let's", "letter", "life", "light", "like",
    "liked", "line", "listen", "little", "live", "lived", "living", "long", "look", "looked", "looking", "lose",
    "lost", "lot", "lots", "love", "low", "lunch", "mad", "made", "make", "makes", "making", "man", "many",
    "married", "matter", "may", "maybe", "me", "mean", "means", "medicine", "meet", "men", "mental", "middle",
    "might", "mind", "mine", "minute", "minutes", "miss", "mm", "moment", "money", "month", "months", "mood",
    "more", "morning", "most", "mother", "move", "much", "mum", "must", "my", "myself", "name", "near", "need",
    "needed", "never", "new", "next", "nice", "night", "nine", "no", "nobody", "none", "normal", "not", "nothing",
    "now", "number", "nurse", "o", "of", "off", "often", "oh", "ok", "okay", "old", "on", "once", "one", "ones",
    "only", "open", "or", "other", "others", "our", "out", "outside", "over", "own", "pain", "part", "past",
    "patient", "pay", "people", "perhaps", "person", "phone", "pick", "pills", "place", "plan", "play", "please",
    "point", "pretty", "probably", "problem", "pull", "push", "put", "question", "quick", "quiet", "quite",
    "rather", "read", "ready", "real", "really", "reason", "relationship", "remember", "rest", "right", "room",
    "round", "run", "sad", "said", "same", "saw", "say", "saying", "says", "scared", "school", "second", "see",
    "seem", "seemed", "seen", "self", "send", "sense", "set", "seven", "she", "she's", "should", "shouldn't",
    "show", "sick", "side", "since", "sister", "sit", "six", "sleep", "slow", "small", "smoke", "so", "social",
    "some", "somebody", "someone", "something", "sometimes", "somewhere", "son", "soon", "sorry", "sort", "sound",
    "speak", "staff", "stand", "start", "started", "stay", "still", "stomach", "stop", "story", "strange",
    "street", "stress", "strong", "stuff", "such", "support", "suppose", "sure", "table", "take", "taken",
    "taking", "talk", "talked", "talking", "teacher", "tell", "ten", "terrible", "than", "thank", "thanks", "that",
    "that's", "the", "their", "them", "themselves", "then", "there", "there's", "these", "they", "they're",
    "thing", "things", "think", "thinking", "this", "those", "though", "thought", "three", "through", "till",
    "time", "times", "tired", "to", "today", "together", "told", "tomorrow", "tonight", "too", "took", "town",
    "tried", "true", "trust", "try", "trying", "turn", "two", "type", "uh", "um", "under", "understand", "until",
    "up", "upset", "us", "use", "used", "usually", "very", "voice", "voices", "wait", "wake", "walk", "want",
    "wanted", "wants", "warm", "was", "wasn't", "watch", "water", "way", "we", "we're", "weather", "week",
    "weekend", "weeks", "well", "went", "were", "weren't", "what", "what's", "whatever", "when", "where",
    "whether", "which", "while", "white", "who", "whole", "why", "wife", "will", "wish", "with", "without",
    "woman", "women", "won't", "wonder", "word", "words", "work", "worked", "worker", "working", "world",
    "worried", "worry", "worse", "would", "wouldn't", "wow", "write", "wrong", "yeah", "year", "years", "yep",
    "yes", "yesterday", "yet", "you", "you'd", "you'll", "you're", "you've", "young", "your", "yours", "yourself",
];

/// Slots of the table of [`WORDS`]: four times as many as there are words, so that few share one.
const SLOTS: usize = 4096;

/// For each slot the place of a word in [`WORDS`], counted from 1. A word lies in its own slot or in the
/// next ones, up to the first empty one.
const TABLE: [u16; SLOTS] = table();

const fn slot(word: &[u8]) -> usize {
    // FNV-1a.
    let mut hash = 0x811c_9dc5_u32;
    let mut rest = word;
    while let [first, others @ ..] = rest {
        hash = (hash ^ *first as u32).wrapping_mul(0x0100_0193);
        rest = others;
    }
    (hash ^ hash >> 15) as usize % SLOTS
}

#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "evaluated by the compiler alone"
)]
const fn table() -> [u16; SLOTS] {
    let mut table = [0; SLOTS];
    let mut n = 0;
    while n < WORDS.len() {
        let mut at = slot(WORDS[n].as_bytes());
        while table[at] != 0 {
            at = (at + 1) % SLOTS;
        }
        table[at] = n as u16 + 1;
        n += 1;
    }
    table
}

fn has(word: &str) -> bool {
    let from = slot(word.as_bytes());
    (from..from.saturating_add(SLOTS))
        .map_while(|at| usize::from(*TABLE.get(at % SLOTS)?).checked_sub(1))
        .any(|n| WORDS.get(n).is_some_and(|it| *it == word))
}

/// Whether a folded word is one of them, or one of them with an ending.
pub(super) fn is_common(word: &str) -> bool {
    let endings: &[&str] = match word.as_bytes().last() {
        Some(b's') => &["'s", "s"],
        Some(b'd') => &["ed", "d", "'d"],
        Some(b'g') => &["ing"],
        Some(b'y') => &["ly"],
        Some(b'r') => &["er"],
        Some(b'e') => &["'ve"],
        Some(b'l') => &["'ll"],
        Some(b'\'') => &["in'"],
        Some(_) | None => &[],
    };
    has(word) || endings.iter().filter_map(|it| word.strip_suffix(it)).any(|it| it.len() > 1 && has(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order_and_found() {
        assert!(WORDS.is_sorted());
        assert!(WORDS.iter().all(|it| is_common(it)));
        assert!(is_common("worked") && is_common("nurses") && !is_common("salamat") && !is_common("s"));
    }
}

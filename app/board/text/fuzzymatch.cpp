#include "app/board/text/fuzzymatch.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace entvas {

namespace {

constexpr qsizetype kLongest = 200; // characters looked at, of either
constexpr int kNone = std::numeric_limits<int>::min() / 2;
constexpr int kLetter = 10, kWordStart = 14, kFollows = 12, kFirst = 6;

bool beginsWord(const QString &text, qsizetype i)
{
    return i == 0 || (!text[i - 1].isLetterOrNumber() && text[i].isLetterOrNumber()) ||
           (text[i - 1].isLower() && text[i].isUpper());
}

} // namespace

namespace {

// How a wanted word stands in the text. Whatever letters alone score, a better way wins.
enum Way { Letters, Inside, WordStart, WholeWord };
constexpr int kWay = 100'000; // more than the letters of any text can score

// The best place of a word as it is written; -1 = it does not stand there in one piece.
qsizetype bestPlace(const QString &text, const QString &word, Way *way)
{
    qsizetype best = -1;
    for (qsizetype at = 0; (at = text.indexOf(word, at, Qt::CaseInsensitive)) >= 0; ++at) {
        const qsizetype end = at + word.size();
        const bool isEnd = end == text.size() || !text[end].isLetterOrNumber();
        const Way here = !beginsWord(text, at) ? Inside : isEnd ? WholeWord : WordStart;
        if (best < 0 || here > *way) {
            best = at;
            *way = here;
        }
    }
    return best;
}

// When all wanted words stand in the text: the worst way of them, and their letters.
std::optional<FuzzyMatch> wordMatch(const QString &text, const QString &wanted)
{
    const QStringList words = wanted.simplified().split(u' ', Qt::SkipEmptyParts);
    FuzzyMatch match;
    int worst = WholeWord;
    for (const QString &word : words) {
        Way way = Letters;
        const qsizetype at = bestPlace(text, word, &way);
        if (at < 0)
            return {};
        worst = std::min(worst, int(way));
        for (qsizetype i = at; i < at + word.size(); ++i)
            match.places.append(i);
    }
    if (match.places.isEmpty())
        return {};
    std::sort(match.places.begin(), match.places.end());
    match.places.erase(std::unique(match.places.begin(), match.places.end()), match.places.end());
    match.score = worst * kWay;
    return match;
}

std::optional<FuzzyMatch> letterMatch(const QString &text, const QString &wanted);

} // namespace

std::optional<FuzzyMatch> fuzzyMatch(const QString &text, const QString &wanted)
{
    const std::optional<FuzzyMatch> letters = letterMatch(text, wanted);
    std::optional<FuzzyMatch> words = wordMatch(text.left(kLongest), wanted.left(kLongest));
    if (!words)
        return letters;
    words->score += letters ? letters->score : 0;
    return words;
}

namespace {

std::optional<FuzzyMatch> letterMatch(const QString &text, const QString &wanted)
{
    const QString shown = text.left(kLongest);
    QString letters;
    for (const QChar c : wanted.left(kLongest))
        if (!c.isSpace())
            letters += c.toCaseFolded();
    if (letters.isEmpty())
        return FuzzyMatch{};
    const qsizetype n = shown.size();
    const qsizetype m = letters.size();
    if (m > n)
        return {};
    // best[j][i]: the best score when letter j is answered by character i. Every way is weighed: 200 x 200 at most.
    std::vector<std::vector<int>> best(std::size_t(m), std::vector<int>(std::size_t(n), kNone));
    std::vector<std::vector<qsizetype>> from(std::size_t(m), std::vector<qsizetype>(std::size_t(n), -1));
    for (qsizetype j = 0; j < m; ++j) {
        int bestBefore = kNone; // of the letter before, at any character up to i - 2
        qsizetype bestAt = -1;
        for (qsizetype i = j; i < n; ++i) {
            const auto J = std::size_t(j);
            const auto I = std::size_t(i);
            if (j > 0 && i >= 2 && best[J - 1][I - 2] > bestBefore) {
                bestBefore = best[J - 1][I - 2];
                bestAt = i - 2;
            }
            if (shown[i].toCaseFolded() != letters[j])
                continue;
            const int own = kLetter + (beginsWord(shown, i) ? kWordStart : 0);
            if (j == 0) {
                best[J][I] = own + (i == 0 ? kFirst : 0) - int(std::min<qsizetype>(i, 9));
                continue;
            }
            const int following = best[J - 1][I - 1];
            if (following > kNone && following + kFollows >= bestBefore) {
                best[J][I] = own + following + kFollows;
                from[J][I] = i - 1;
            } else if (bestAt >= 0 && bestBefore > kNone) {
                best[J][I] = own + bestBefore;
                from[J][I] = bestAt;
            }
        }
    }
    const auto &last = best.back();
    const auto top = std::max_element(last.cbegin(), last.cend());
    if (*top <= kNone / 2)
        return {};
    FuzzyMatch match{*top - int(std::min<qsizetype>(n / 8, 10)), {}};
    qsizetype at = top - last.cbegin();
    for (qsizetype j = m - 1; j >= 0; --j) {
        match.places.prepend(at);
        at = from[std::size_t(j)][std::size_t(at)];
    }
    return match;
}

} // namespace

} // namespace entvas

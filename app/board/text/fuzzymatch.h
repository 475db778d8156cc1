#pragma once

#include <optional>
#include <QList>
#include <QString>

namespace entvas {

// How well a text answers what somebody types into a search line.
struct FuzzyMatch {
    int score = 0;           // higher is better
    QList<qsizetype> places; // of the letters that answer, rising
};

// Every word of `wanted` as it is typed, or every letter in this order, letter case and spaces aside; nothing when one
// is missing. Whole words come before starts of words, those before what stands inside a word, and that before letters
// alone: "csv" finds "as CSV" before "as SVG". Among letters those that begin a word or follow each other count more,
// and so do early ones: "pp" finds "Previous Period" before "happy people".
std::optional<FuzzyMatch> fuzzyMatch(const QString &text, const QString &wanted);

} // namespace entvas

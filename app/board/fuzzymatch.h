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

// Every letter of `wanted` in this order, letter case and spaces aside; nothing when one is missing. Letters that begin
// a word or follow each other count more, and so do early ones: "pp" finds "Previous Period" before "happy people".
std::optional<FuzzyMatch> fuzzyMatch(const QString &text, const QString &wanted);

} // namespace entvas

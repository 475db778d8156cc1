#include "core/base/text/nearestname.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace entvas {

namespace {

// Steps of insertion, removal, replacement, and exchange of neighbours, between two words.
int editDistance(const QString &a, const QString &b)
{
    QList<int> last; // the two rows before the present one
    QList<int> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (qsizetype i = 1; i <= a.size(); ++i) {
        const QList<int> beforeLast = std::exchange(last, row);
        row[0] = static_cast<int>(i);
        for (qsizetype j = 1; j <= b.size(); ++j) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], beforeLast[j - 2] + 1);
        }
    }
    return row.last();
}

} // namespace

QString nearestName(const QString &word, const QStringList &known)
{
    QString best;
    int bestDistance = std::max(1, static_cast<int>(word.size()) / 3) + 1;
    for (const QString &candidate : known) {
        const int distance = editDistance(word.toLower(), candidate);
        if (distance < bestDistance) {
            bestDistance = distance;
            best = candidate;
        }
    }
    return best;
}

} // namespace entvas

#pragma once

#include "core/base/result.h"

#include <QByteArrayView>
#include <QList>
#include <QStringList>

namespace entvas {

// The parameters in the address of a request, as URLSearchParams, urllib and HTML forms write them: `+` and %20 are a
// blank, everything else is percent-encoded UTF-8. Names have case. A value.
class QueryParameters
{
public:
    struct One {
        QString name;
        QString value;
        bool operator==(const One &) const = default;
    };

    QueryParameters() = default;
    // What stands behind the question mark.
    explicit QueryParameters(QByteArrayView encoded);

    const QList<One> &all() const { return m_all; }
    bool has(const QString &name) const;
    QString value(const QString &name) const; // of the first of that name; empty when there is none

    // Fault::BadInput names the first one that `path` does not take, with the nearest that it does, and one that is
    // given twice or is no UTF-8: a filter that is left out without a word would answer another question.
    Result<void> check(const QString &path, const QStringList &known) const;

    bool operator==(const QueryParameters &) const = default;

private:
    QList<One> m_all;
    bool m_isUtf8 = true;
};

} // namespace entvas

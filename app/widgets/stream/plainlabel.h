#pragma once

#include <QLabel>

namespace entvas {

// Shows data as it is, in as many lines as it needs. The object name says in which style.
inline QLabel *plainLabel(const QString &name)
{
    auto *label = new QLabel;
    label->setObjectName(name);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

} // namespace entvas

#pragma once

#include <QLabel>

namespace entvas {

// For texts that may hold data: never rich text, in as many lines as it needs. Styled by its name.
inline QLabel *plainLabel(const QString &name)
{
    auto *label = new QLabel;
    label->setObjectName(name);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

} // namespace entvas

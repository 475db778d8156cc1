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
    label->setMinimumWidth(40); // a word that is longer is cut, not the window stretched
    QSizePolicy policy = label->sizePolicy();
    policy.setVerticalPolicy(QSizePolicy::Maximum); // room that is left is not its
    label->setSizePolicy(policy);
    return label;
}

} // namespace entvas

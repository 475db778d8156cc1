#pragma once

#include <functional>
#include <QDialog>
#include <QVariant>

class QFormLayout;
class QLabel;
class QPushButton;

namespace entvas {

// A few questions ahead of an act: fields, an explanation, and a button that names the act.
class AccessForm : public QDialog
{
    Q_OBJECT
public:
    AccessForm(const QString &title, const QString &act, QWidget *parent = nullptr);

    // Each answers with a function that reads what was entered.
    std::function<QString()> addText(const QString &label, const QString &hint, int maxChars, bool required);
    std::function<QVariant()> addChoice(const QString &label, const QList<std::pair<QString, QVariant>> &choices,
                                        int current = 0);
    std::function<int()> addNumber(const QString &label, int least, int most, int current);
    // Below the fields, as plain text.
    void explain(const QString &text);

private:
    void addField(const QString &label, QWidget *field);
    void refresh();

    QFormLayout *m_form;
    QLabel *m_explanation;
    QPushButton *m_act;
    QWidget *m_last = nullptr; // field: Tab goes from one to the next, then to the buttons
    QList<std::function<QString()>> m_required;
};

} // namespace entvas

#pragma once

#include "app/board/timeview.h"

#include <QDialog>

class QComboBox;
class QDateTimeEdit;
class QLabel;
class QRadioButton;
class QSpinBox;
class QVBoxLayout;

namespace entvas {

// Asks for any span: so much time up to now, or from one moment to another, on the clock of `zone`.
class SpanDialog : public QDialog
{
    Q_OBJECT
public:
    SpanDialog(const TimeView &view, const TimeSpan &shown, const QTimeZone &zone, QWidget *parent = nullptr);
    TimeView view() const; // as it was chosen

private:
    void addLast(QVBoxLayout &column);
    void addBetween(QVBoxLayout &column);
    void addButtons(QVBoxLayout &column);
    void fill(const TimeView &view, const TimeSpan &shown);
    void accept() override;
    bool eventFilter(QObject *object, QEvent *event) override;
    qint64 msOf(const QDateTimeEdit *edit) const;

    QTimeZone m_zone;
    QRadioButton *m_last, *m_between;
    QSpinBox *m_count;
    QComboBox *m_unit;
    QDateTimeEdit *m_from, *m_to;
    QLabel *m_failure;
};

} // namespace entvas

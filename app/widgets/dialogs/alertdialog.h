#pragma once

#include "app/board/alerts.h"

#include <QDialog>
#include <QTimeZone>

class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QSpinBox;
class QVBoxLayout;

namespace entvas {

// The alerts of a project: rules to add, change, switch and remove, and the recent notifications. Nothing changes until
// it is saved.
class AlertDialog : public QDialog
{
    Q_OBJECT
public:
    // `filter`: what the window counts now, offered to a rule.
    AlertDialog(const QList<AlertRule> &rules, const QList<AlertNotice> &log, const QMap<QString, ValueFilter> &filter,
                const QTimeZone &zone, QWidget *parent = nullptr);
    const QList<AlertRule> &rules() const { return m_rules; }

private:
    void accept() override;
    QWidget *makeEditor();
    void addLog(QVBoxLayout &column, const QList<AlertNotice> &log, const QTimeZone &zone);
    void addButtons(QVBoxLayout &column);
    void add();
    void remove();
    void show(int row);
    void take(); // what the editor says
    void refreshFilter();
    QString freeName(const QString &wanted, qsizetype before) const; // that no rule before this one has

    QList<AlertRule> m_rules;
    QMap<QString, ValueFilter> m_windowFilter;
    int m_row = -1;
    bool m_filling = false;
    QListWidget *m_list;
    QLineEdit *m_name;
    QComboBox *m_kind, *m_repeat;
    QDoubleSpinBox *m_threshold;
    QSpinBox *m_minutes;
    QLabel *m_thresholdLabel, *m_minutesLabel, *m_filter;
    QPushButton *m_filterButton, *m_remove;
    QWidget *m_editor;
};

} // namespace entvas

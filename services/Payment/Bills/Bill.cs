using System.Text.Json.Serialization;
using EServices.Contracts;
using EServices.Contracts.Application;
using EServices.Contracts.Payment;
using EServices.Payment.Ledger;
using EServices.Payment.Money;
using EServices.Payment.Payments;
using EServices.Payment.Quotes;
using EServices.Payment.Receipts;
using EServices.Platform;
using EServices.Platform.Storage;

namespace EServices.Payment.Bills;

[JsonConverter(typeof(CamelCaseEnumConverter<BillState>))]
internal enum BillState
{
    Due,
    Paid,
    Cancelled,
}

/// <summary>
/// What a submission costs, how it was paid and how that was entered in the books: one document, so that a payment, its entry and its receipt
/// are true together or not at all.
/// </summary>
internal sealed class Bill : Document
{
    /// <summary>Attempts a bill takes before someone has to look at it; keeps the document small.</summary>
    public const int MostPayments = 20;

    private Bill(string id)
        : base(id)
    {
    }

    private Bill()
    {
    }

    public BillState State { get; private set; }

    public string ApplicationId { get; private set; } = "";

    public string TrackingNumber { get; private set; } = "";

    public string ServiceId { get; private set; } = "";

    public int ServiceVersion { get; private set; }

    public Localised ServiceName { get; private set; } = null!;

    public string DepartmentId { get; private set; } = "";

    public Channel Channel { get; private set; }

    public Person Citizen { get; private set; } = null!;

    /// <summary>The operator who served the citizen, at the door or at a centre; null where nobody did.</summary>
    public string? OperatorId { get; private set; }

    public string? VisitId { get; private set; }

    /// <summary>The quote that the citizen's code confirmed; null where the bill follows from the fee rule alone.</summary>
    public string? QuoteId { get; private set; }

    public IReadOnlyList<PricedLine> Lines { get; private set; } = [];

    public Paise Total { get; private set; }

    public FeeBasis Basis { get; private set; } = null!;

    public DateTimeOffset IssuedAt { get; private set; }

    public string? CancelledBecause { get; private set; }

    public IReadOnlyList<BillPayment> Payments { get; private set; } = [];

    /// <summary>The ids of <see cref="Payments"/>, for the index.</summary>
    public IReadOnlyList<string> PaymentIds { get; private set; } = [];

    public Settlement? Settlement { get; private set; }

    public Receipt? Receipt { get; private set; }

    public IReadOnlyList<JournalEntry> Entries { get; private set; } = [];

    /// <summary>The days of <see cref="Entries"/>, for the index.</summary>
    public IReadOnlyList<DateOnly> PostingDays { get; private set; } = [];

    public DateOnly? FirstPostedOn { get; private set; }

    /// <summary>Since when the receipt waits for its number; null when it has one or there is no receipt.</summary>
    public DateTimeOffset? NumberDueSince { get; private set; }

    /// <summary>The bill of an application; the same id however often it is asked for.</summary>
    public static string IdOf(string applicationId) => $"bil_{Tail(applicationId)}";

    public static Bill Issue(ApplicationSubmitted submitted, string departmentId, Price price, DateTimeOffset now, DateOnly today)
    {
        var bill = new Bill(IdOf(submitted.ApplicationId))
        {
            ApplicationId = submitted.ApplicationId,
            TrackingNumber = submitted.TrackingNumber,
            ServiceId = submitted.ServiceId,
            ServiceVersion = submitted.ServiceVersion,
            ServiceName = submitted.ServiceName,
            DepartmentId = departmentId,
            Channel = submitted.Channel,
            Citizen = submitted.Citizen,
            VisitId = submitted.VisitId,
            OperatorId = price.OperatorId,
            QuoteId = price.QuoteId,
            Lines = price.Lines,
            Total = price.Lines.Sum(line => line.Paise),
            Basis = price.Basis,
            IssuedAt = now,
        };
        bill.Raise(new BillIssued(
            bill.Id, bill.ApplicationId, bill.TrackingNumber, bill.ServiceName, bill.Citizen, [.. bill.Lines.Select(line => line.ToContract())],
            bill.Total.Value, bill.Basis.RuleId, bill.Basis.RuleVersion, now));
        if (bill.Total == Paise.Zero)
            bill.Settle(new Settlement(PaymentMethod.Free, null, null, now, today), null);
        return bill;
    }

    public BillPayment? Payment(string id) => Payments.FirstOrDefault(payment => payment.Id == id);

    /// <summary>Bank notes changed hands: the bill is paid from this save on.</summary>
    /// <param name="operatorId">Who holds the cash.</param>
    public Refusal? PayCash(string paymentId, string operatorId, DateTimeOffset now, DateOnly today)
    {
        if (Payable() is { } refusal)
            return refusal;
        if (VisitId is not null && OperatorId is not null && OperatorId != operatorId)
            return Refusal.Forbidden("not-your-visit", "Cash for a visit is taken by the operator who made it.");
        Add(new BillPayment(paymentId, PaymentMethod.Cash, Total, PaymentState.Succeeded, operatorId, null, now, now, null, null));
        Settle(new Settlement(PaymentMethod.Cash, paymentId, operatorId, now, today), Accounts.CashInHand(operatorId), operatorId);
        return null;
    }

    /// <summary>Begins a payment that a provider will confirm or deny.</summary>
    public Refusal? BeginUpi(string paymentId, string provider, DateTimeOffset now)
    {
        if (Payable() is { } refusal)
            return refusal;
        Add(new BillPayment(paymentId, PaymentMethod.Upi, Total, PaymentState.Pending, null, provider, now, null, null, null));
        return null;
    }

    /// <summary>
    /// The provider has the citizen's money. It settles the bill if the bill still waits for just this amount; otherwise it is entered as due
    /// for refund. Money that arrived is entered exactly once, whatever was heard before or is repeated after.
    /// </summary>
    public void ProviderSucceeded(string paymentId, Paise amount, string? reference, DateTimeOffset now, DateOnly today)
    {
        var payment = Payment(paymentId) ?? throw new InvalidOperationException($"Bill {Id} has no payment {paymentId}.");
        if (payment.State is PaymentState.Succeeded or PaymentState.RefundDue)
            return;
        var account = Accounts.ProviderClearing(payment.Provider!);
        var why = State == BillState.Paid ? "the bill was paid already"
            : State == BillState.Cancelled ? "the application was withdrawn"
            : amount != Total ? "another amount than the bill's arrived"
            : null;
        if (why is null)
        {
            Replace(payment with { State = PaymentState.Succeeded, SettledAt = now, Reference = reference, Note = null });
            Settle(new Settlement(PaymentMethod.Upi, paymentId, null, now, today), account);
            return;
        }
        Replace(payment with { State = PaymentState.RefundDue, Amount = amount, SettledAt = now, Reference = reference, Note = why });
        Post(Postings.RefundDue(Id, paymentId, amount, account, why, now, today));
    }

    /// <summary>The provider gave up on a payment. Heard after a success it means nothing: the money is here.</summary>
    public void ProviderFailed(string paymentId, string reason, DateTimeOffset now)
    {
        var payment = Payment(paymentId) ?? throw new InvalidOperationException($"Bill {Id} has no payment {paymentId}.");
        if (payment.State == PaymentState.Pending)
            Replace(payment with { State = PaymentState.Failed, SettledAt = now, Note = reason });
    }

    /// <summary>Nothing is to be paid any more. A paid bill stays paid: whether money goes back is another decision.</summary>
    public void Cancel(string reason)
    {
        if (State == BillState.Due)
            (State, CancelledBecause) = (BillState.Cancelled, reason);
    }

    /// <summary>Gives the receipt its number and tells the world that the bill is settled. False if it has another number already.</summary>
    public bool NumberReceipt(string number)
    {
        var receipt = Receipt ?? throw new InvalidOperationException($"Bill {Id} has no receipt to number.");
        if (receipt.Number is not null)
            return receipt.Number == number;
        Receipt = receipt with { Number = number };
        NumberDueSince = null;
        var settlement = Settlement!;
        Raise(new BillSettled(
            Id, ApplicationId, TrackingNumber, ServiceName, Citizen, receipt.Id, number, Total.Value,
            settlement.Method.ToString().ToLowerInvariant(), settlement.At));
        return true;
    }

    private Refusal? Payable() => State switch
    {
        BillState.Paid => Refusal.Conflict("bill-already-paid", "The bill is paid; nothing more is due."),
        BillState.Cancelled => Refusal.Conflict("bill-cancelled", $"The bill was cancelled: {CancelledBecause}"),
        _ when Payments.Count >= MostPayments => Refusal.Conflict("too-many-payments", $"The bill has {MostPayments} payments begun. Finish one of them, or pay in cash at a centre after the helpline has looked at it."),
        _ => null,
    };

    private void Settle(Settlement settlement, string? paidInto, string? takenBy = null)
    {
        State = BillState.Paid;
        Settlement = settlement;
        Receipt = new Receipt($"rcp_{Tail(Id)}", null);
        NumberDueSince = settlement.At;
        if (paidInto is not null)
            Post(Postings.Settlement(Id, Lines, paidInto, DepartmentId, OperatorId ?? takenBy, settlement.At, settlement.On));
    }

    private void Post(JournalEntry entry)
    {
        Entries = [.. Entries, entry];
        PostingDays = [.. PostingDays.Append(entry.PostedOn).Distinct()];
        FirstPostedOn ??= entry.PostedOn;
    }

    private void Add(BillPayment payment)
    {
        Payments = [.. Payments, payment];
        PaymentIds = [.. PaymentIds, payment.Id];
    }

    private void Replace(BillPayment changed) => Payments = [.. Payments.Select(payment => payment.Id == changed.Id ? changed : payment)];

    private static string Tail(string id) => id[(id.IndexOf('_', StringComparison.Ordinal) + 1)..];
}

/// <summary>What an application is charged, and by what.</summary>
/// <param name="QuoteId">The quote it was taken from; null where it was priced by the rule.</param>
internal sealed record Price(IReadOnlyList<PricedLine> Lines, FeeBasis Basis, string? QuoteId, string? OperatorId);

/// <param name="On">The date in the state: it decides the financial year of the receipt.</param>
/// <param name="TakenBy">The operator who took cash.</param>
internal sealed record Settlement(PaymentMethod Method, string? PaymentId, string? TakenBy, DateTimeOffset At, DateOnly On);

using EServices.Contracts;
using EServices.Contracts.Dispatch;
using EServices.Contracts.Identity;
using EServices.Dispatch.Calls;
using EServices.Dispatch.Codes;
using EServices.Dispatch.Slots;
using EServices.Platform;
using EServices.Platform.Storage;
using EServices.Platform.Time;

namespace EServices.Dispatch.Visits;

/// <summary>
/// An operator comes to a citizen's door. The visit is also the hold of its slot: operator and begin are a unique key while it is live, so that holding,
/// moving and freeing a window are each one write, together with the events that tell of it.
/// </summary>
internal sealed class Visit : Document
{
    /// <summary>The refusal that is saved all the same, for the case it opens.</summary>
    public const string TotalMismatch = "total-mismatch";

    private static readonly VisitState[] BeforeArrival = [VisitState.Scheduled, VisitState.Accepted, VisitState.OnTheWay];

    private Visit(string id, VisitOrder order)
        : base(id) => (Order, OpenCall) = (order, order.CallId);

    private Visit() => Order = null!;

    public VisitOrder Order { get; private set; }

    public VisitState State { get; private set; }

    /// <summary>Who comes; null while nobody does.</summary>
    public string? OperatorId { get; private set; }

    public string? OperatorName { get; private set; }

    /// <summary>The <c>email</c> of the token that may act for the operator.</summary>
    public string? OperatorEmail { get; private set; }

    /// <summary>The date of the window in the state.</summary>
    public DateOnly Day { get; private set; }

    public DateTimeOffset StartsAt { get; private set; }

    public DateTimeOffset EndsAt { get; private set; }

    /// <summary>From the operator's centre, by road as estimated.</summary>
    public double DistanceKm { get; private set; }

    public string Why { get; private set; } = "";

    /// <summary>The operator whose window this visit holds; null once it holds none. With <see cref="StartsAt"/> a unique key.</summary>
    public string? HeldBy { get; private set; }

    /// <summary>Which of the operator's visits of the day this is, <c>{operator}:{date}:{n}</c>; unique, so that a day is never overfilled. Null with <see cref="HeldBy"/>.</summary>
    public string? Seat { get; private set; }

    /// <summary>The call while this visit is its live one; unique.</summary>
    public string? OpenCall { get; private set; }

    /// <summary>When the visit is missed if nobody has arrived; null once someone has, or nobody will.</summary>
    public DateTimeOffset? AwaitedUntil { get; private set; }

    public DateTimeOffset? ArrivedAt { get; private set; }

    public OneTimeCode? Code { get; private set; }

    /// <summary>How often another total than the told one was named.</summary>
    public int Mismatches { get; private set; }

    /// <summary>How often the citizen moved the visit.</summary>
    public int Moves { get; private set; }

    public string? ApplicationId { get; private set; }

    /// <summary>Operators who declined this visit.</summary>
    public IReadOnlyList<string> DeclinedBy { get; private set; } = [];

    public IReadOnlyList<Deed> Timeline { get; private set; } = [];

    public Window Window => new(Day, StartsAt, EndsAt);

    public bool Holds(Slot slot) => HeldBy == slot.OperatorId && StartsAt == slot.StartsAt;

    public static string SeatOf(string operatorId, DateOnly day, int number) => $"{operatorId}:{day:yyyy-MM-dd}:{number}";

    public static Visit Schedule(string id, VisitOrder order, Offer offer, string seat, Actor by, DateTimeOffset now, DispatchRules rules)
    {
        var visit = new Visit(id, order);
        visit.Take(offer, seat, rules);
        visit.Note(now, "scheduled", by, offer.Why);
        visit.Raise(new VisitScheduled(
            id, order.CallId, order.ServiceId, order.ServiceName, order.Citizen, order.Address.DistrictCode,
            offer.Operator.Id, offer.Operator.Name, visit.StartsAt, visit.EndsAt, order.QuoteId, order.TotalPaise));
        return visit;
    }

    public Refusal? Accept(Actor by, DateTimeOffset now)
    {
        if (State == VisitState.Accepted)
            return null;
        if (NotIn(VisitState.Scheduled) is { } refusal)
            return refusal;
        State = VisitState.Accepted;
        Note(now, "accepted", by);
        return null;
    }

    /// <param name="successor">Who comes instead in the same window; null gives the visit back to the helpline.</param>
    public Refusal? Decline(string reason, Offer? successor, string? seat, Actor by, DateTimeOffset now, DispatchRules rules)
    {
        if (NotIn(BeforeArrival) is { } refusal)
            return refusal;
        DeclinedBy = [.. DeclinedBy, OperatorId!];
        Note(now, "declined", by, reason);
        if (successor is null)
        {
            Free();
            (State, OperatorId, OperatorName, OperatorEmail) = (VisitState.Unassigned, null, null, null);
            return null;
        }
        Take(successor, seat!, rules);
        Note(now, "reassigned", Actor.System, successor.Why);
        RaiseRescheduled();
        return null;
    }

    public Refusal? Depart(Actor by, DateTimeOffset now)
    {
        if (State == VisitState.OnTheWay)
            return null;
        if (NotIn(VisitState.Accepted) is { } refusal)
            return refusal;
        State = VisitState.OnTheWay;
        Note(now, "departed", by);
        return null;
    }

    /// <summary>The operator is at the door. Only now the citizen, and nobody else, gets the code, with the total that it will confirm.</summary>
    /// <param name="today">The date in the state.</param>
    public Refusal? Arrive(Actor by, DateTimeOffset now, DateOnly today, IChance chance, DispatchRules rules)
    {
        // A repeat after a lost answer; it must not send another code.
        if (State == VisitState.Arrived)
            return null;
        if (NotIn(VisitState.Accepted, VisitState.OnTheWay) is { } refusal)
            return refusal;
        if (today < Day || now < StartsAt.AddMinutes(-rules.ArriveEarlyMinutes))
            return Refusal.Conflict("too-early", $"The window is on {Day:yyyy-MM-dd} from {StartsAt:O}; arrival is taken from {rules.ArriveEarlyMinutes} minutes before.");
        if (today > Day || now > EndsAt.AddMinutes(rules.ArriveLateMinutes))
            return Refusal.Conflict("too-late", "The window is over. The helpline offers the citizen another one.");
        (State, ArrivedAt, AwaitedUntil) = (VisitState.Arrived, now, null);
        Note(now, "arrived", by);
        Raise(new VisitArrived(Id, OperatorId!, Order.Citizen, now));
        SendCode(now, chance, rules, issue: 1);
        return null;
    }

    public Refusal? ResendCode(Actor by, DateTimeOffset now, IChance chance, DispatchRules rules)
    {
        if (NotArrived() is { } refusal)
            return refusal;
        if (Code!.MayResend(now, rules) is { } wait)
            return wait;
        SendCode(now, chance, rules, Code.Issue + 1);
        Note(now, "code-resent", by);
        return null;
    }

    /// <summary>The citizen's code confirms exactly the total that was in the message with it.</summary>
    public Refusal? Confirm(string code, long totalPaise, Actor by, DateTimeOffset now, DispatchRules rules)
    {
        if (NotArrived() is { } refusal)
            return refusal;
        if (Mismatches >= rules.TotalMismatchesMost)
            return Refusal.Conflict("confirmation-blocked", "Other totals than the told one were named too often. The helpline has to look at this visit.");
        if (totalPaise != Order.TotalPaise)
        {
            // Before the code is looked at: a code must not be worn out by someone who asks for too much.
            Mismatches++;
            Note(now, TotalMismatch, by, $"{Rupees.Of(totalPaise)} instead of {Rupees.Of(Order.TotalPaise)}");
            Raise(new OverchargeSuspected(Id, OperatorId!, Order.Citizen, Order.TotalPaise, totalPaise, now));
            return Refusal.Conflict(TotalMismatch, $"The citizen was told {Rupees.Of(Order.TotalPaise)}, no other amount. The difference is recorded.",
                new FieldError("/totalPaise", TotalMismatch, $"{Order.TotalPaise} was told."));
        }
        var wrong = Code!.Check(code, Purpose, now, out var left);
        Code = wrong is null ? null : left;
        if (wrong is not null)
            return wrong;
        State = VisitState.Confirmed;
        Note(now, "confirmed", by, Rupees.Of(totalPaise));
        Raise(new VisitConfirmed(Id, OperatorId!, Order.ServiceId, Order.Citizen, Order.QuoteId, Order.TotalPaise, now));
        return null;
    }

    /// <param name="applicationId">What was handed in at the door; null if in the end nothing was.</param>
    public Refusal? Complete(string? applicationId, Actor by, DateTimeOffset now)
    {
        if (State == VisitState.Completed && ApplicationId == applicationId)
            return null;
        if (NotIn(VisitState.Confirmed) is { } refusal)
            return refusal;
        (State, ApplicationId) = (VisitState.Completed, applicationId);
        Note(now, "completed", by, applicationId);
        Raise(new VisitCompleted(Id, OperatorId!, applicationId, now));
        return null;
    }

    /// <summary>The operator stood at the door and nobody opened.</summary>
    public Refusal? NoShow(Actor by, DateTimeOffset now, DispatchRules rules)
    {
        if (State == VisitState.NoShow)
            return null;
        if (NotArrived() is { } refusal)
            return refusal;
        var wait = ArrivedAt!.Value.AddMinutes(rules.NoShowAfterMinutes) - now;
        if (wait > TimeSpan.Zero)
            return Refusal.Conflict("wait-at-the-door", $"Wait {rules.NoShowAfterMinutes} minutes at the door first; {Math.Ceiling(wait.TotalMinutes):F0} are left.");
        End(VisitState.NoShow);
        Note(now, "no-show", by);
        Raise(new VisitNoShow(Id, Order.ServiceName, Order.Citizen, now));
        return null;
    }

    /// <summary>Another window, taken in the write that frees the old one.</summary>
    public Refusal? Reschedule(Offer offer, string seat, Actor by, DateTimeOffset now, DispatchRules rules)
    {
        if (NotIn([.. BeforeArrival, VisitState.Arrived, VisitState.Unassigned, VisitState.Missed]) is { } refusal)
            return refusal;
        if (by.Role == Actor.Citizen && ++Moves > rules.CitizenReschedulesMost)
            return Refusal.Conflict("reschedules-used-up", "You moved this visit often enough. The helpline moves it for you.");
        Take(offer, seat, rules);
        (Code, ArrivedAt, Mismatches) = (null, null, 0);
        Note(now, "rescheduled", by, offer.Why);
        RaiseRescheduled();
        return null;
    }

    public Refusal? Cancel(string reason, Actor by, DateTimeOffset now)
    {
        if (State == VisitState.Cancelled)
            return null;
        if (NotIn([.. BeforeArrival, VisitState.Arrived, VisitState.Unassigned, VisitState.Missed]) is { } refusal)
            return refusal;
        End(VisitState.Cancelled);
        Note(now, "cancelled", by, reason);
        Raise(new VisitCancelled(Id, Order.ServiceName, Order.Citizen, reason, now));
        return null;
    }

    /// <summary>The window went by and nobody arrived: the helpline owes the citizen another one. False if that is not so (any more).</summary>
    public bool Miss(DateTimeOffset now)
    {
        if (AwaitedUntil is null || now <= AwaitedUntil)
            return false;
        Free();
        State = VisitState.Missed;
        Note(now, "missed", Actor.System);
        return true;
    }

    private string Purpose => $"{Id}\n{Order.TotalPaise}";

    private void SendCode(DateTimeOffset now, IChance chance, DispatchRules rules, int issue)
    {
        Code = OneTimeCode.New(chance, Purpose, now, TimeSpan.FromMinutes(rules.VisitCodeMinutes), out var clear, issue);
        Raise(new OneTimeCodeIssued(
            Order.Citizen.Mobile, Order.Citizen.Language, "otp-visit", clear, new Dictionary<string, string> { ["totalPaise"] = Order.TotalPaise.ToString(System.Globalization.CultureInfo.InvariantCulture) }, Code.ExpiresAt));
    }

    private void Take(Offer offer, string seat, DispatchRules rules)
    {
        (OperatorId, OperatorName, OperatorEmail) = (offer.Operator.Id, offer.Operator.Name, offer.Operator.StaffEmail);
        (Day, StartsAt, EndsAt) = (offer.Window.Day, offer.Window.StartsAt, offer.Window.EndsAt);
        (DistanceKm, Why, HeldBy, Seat) = (offer.DistanceKm, offer.Why, offer.Operator.Id, seat);
        (State, AwaitedUntil) = (VisitState.Scheduled, EndsAt.AddMinutes(rules.ArriveLateMinutes));
    }

    private void Free() => (HeldBy, Seat, AwaitedUntil, Code) = (null, null, null, null);

    private void End(VisitState state)
    {
        Free();
        (State, OpenCall) = (state, null);
    }

    private void RaiseRescheduled() =>
        Raise(new VisitRescheduled(Id, Order.ServiceName, Order.Citizen, OperatorId!, OperatorName!, StartsAt, EndsAt, Order.TotalPaise));

    private Refusal? NotArrived() => State == VisitState.Arrived
        ? null
        : BeforeArrival.Contains(State)
            ? Refusal.Conflict("not-arrived", "This is possible only after the operator has arrived at the door.")
            : NotIn(VisitState.Arrived);

    private Refusal? NotIn(params ReadOnlySpan<VisitState> states) => states.Contains(State)
        ? null
        : Refusal.Conflict("not-now", $"The visit is '{System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(State.ToString())}'; that does not allow this.");

    private void Note(DateTimeOffset at, string what, Actor by, string? note = null) => Timeline = [.. Timeline, new Deed(at, what, by, note)];
}

[System.Text.Json.Serialization.JsonConverter(typeof(CamelCaseEnumConverter<VisitState>))]
internal enum VisitState
{
    Scheduled,
    Accepted,
    OnTheWay,
    Arrived,

    /// <summary>The citizen's code confirmed the total.</summary>
    Confirmed,
    Completed,

    /// <summary>Declined, and nobody else can come in that window: the helpline finds another.</summary>
    Unassigned,

    /// <summary>The window went by and nobody arrived: the helpline finds another.</summary>
    Missed,
    Cancelled,
    NoShow,
}

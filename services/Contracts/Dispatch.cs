namespace EServices.Contracts.Dispatch;

public sealed record CallReceived(string CallId, string From, string Language, bool Answered, DateTimeOffset ReceivedAt);

/// <summary>An operator will come. <paramref name="TotalPaise"/> is the exact total that the citizen is told before the day.</summary>
public sealed record VisitScheduled(
    string VisitId, string CallId, string ServiceId, Localised ServiceName, Person Citizen, string DistrictCode,
    string OperatorId, string OperatorName, DateTimeOffset StartsAt, DateTimeOffset EndsAt, string QuoteId, long TotalPaise);

public sealed record VisitRescheduled(
    string VisitId, Localised ServiceName, Person Citizen, string OperatorId, string OperatorName,
    DateTimeOffset StartsAt, DateTimeOffset EndsAt, long TotalPaise);

public sealed record VisitCancelled(string VisitId, Localised ServiceName, Person Citizen, string Reason, DateTimeOffset CancelledAt);

public sealed record VisitNoShow(string VisitId, Localised ServiceName, Person Citizen, DateTimeOffset At);

/// <summary>Nobody comes in the promised window: the operator can't, and nobody else could be found yet.</summary>
public sealed record VisitUnassigned(string VisitId, Localised ServiceName, Person Citizen, DateTimeOffset StartsAt, DateTimeOffset EndsAt, DateTimeOffset At);

/// <summary>The promised window went by and nobody arrived.</summary>
public sealed record VisitMissed(string VisitId, Localised ServiceName, Person Citizen, DateTimeOffset StartsAt, DateTimeOffset EndsAt, DateTimeOffset At);

public sealed record VisitArrived(string VisitId, string OperatorId, Person Citizen, DateTimeOffset ArrivedAt);

/// <summary>The citizen's one-time code confirmed exactly this total at the door.</summary>
public sealed record VisitConfirmed(string VisitId, string OperatorId, string ServiceId, Person Citizen, string QuoteId, long TotalPaise, DateTimeOffset ConfirmedAt);

public sealed record VisitCompleted(string VisitId, string OperatorId, string? ApplicationId, DateTimeOffset CompletedAt);

/// <summary>At the door another amount was named than the one the citizen had been told.</summary>
public sealed record OverchargeSuspected(string VisitId, string OperatorId, Person Citizen, long ToldPaise, long AskedPaise, DateTimeOffset At);

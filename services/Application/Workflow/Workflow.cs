using System.Text.Json.Serialization;
using EServices.Contracts;
using EServices.Platform;

namespace EServices.Application.Workflow;

/// <summary>Where an application stands.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<ApplicationState>))]
internal enum ApplicationState
{
    /// <summary>Being filled in; nothing has been asked of anyone yet.</summary>
    Draft,

    /// <summary>Handed in and complete; the fee is not settled.</summary>
    Submitted,

    /// <summary>Acknowledged: the designated officer's time runs.</summary>
    UnderReview,

    /// <summary>With the applicant, to mend what the officer marked; the time stands still.</summary>
    SentBack,
    Approved,
    Rejected,
    Withdrawn,
}

/// <summary>What a caller is to one application.</summary>
[Flags]
internal enum Part
{
    None = 0,

    /// <summary>The citizen whose it is.</summary>
    Owner = 1,

    /// <summary>The operator or helpline agent who began it for the citizen.</summary>
    Helper = 2,

    /// <summary>An officer in whose office it lies.</summary>
    Officer = 4,

    Applicant = Owner | Helper,
}

/// <summary>One thing that can be done with an application.</summary>
/// <param name="Name">As in <c>next</c> and, where it is an action, in <c>actions/{name}</c>.</param>
/// <param name="Path">Below the application's own address.</param>
/// <param name="Needs">Members that the body must have.</param>
internal sealed record Step(string Name, string Method, string Path, Part By, IReadOnlyList<ApplicationState> From, IReadOnlyList<string> Needs);

/// <summary>Who may do what when. One table: the guards and the list of next actions read the same lines.</summary>
internal static class Steps
{
    public static readonly Step Form = new("fill-in-form", "PUT", "form", Part.Applicant, [ApplicationState.Draft, ApplicationState.SentBack], []);
    public static readonly Step Attach = new("attach-document", "POST", "documents", Part.Applicant, [ApplicationState.Draft, ApplicationState.SentBack], []);
    public static readonly Step Submit = new("submit", "POST", "submit", Part.Applicant, [ApplicationState.Draft], []);
    public static readonly Step Resubmit = Action("resubmit", Part.Applicant, [ApplicationState.SentBack]);
    public static readonly Step Withdraw = Action("withdraw", Part.Owner, [ApplicationState.Submitted, ApplicationState.UnderReview, ApplicationState.SentBack]);
    public static readonly Step Approve = Action("approve", Part.Officer, [ApplicationState.UnderReview]);
    public static readonly Step Reject = Action("reject", Part.Officer, [ApplicationState.UnderReview], "reason");
    public static readonly Step SendBack = Action("send-back", Part.Officer, [ApplicationState.UnderReview], "reason");
    public static readonly Step Revoke = Action("revoke", Part.Officer, [ApplicationState.Approved], "reason");

    public static readonly IReadOnlyList<Step> All = [Form, Attach, Submit, Resubmit, Withdraw, Approve, Reject, SendBack, Revoke];

    /// <summary>Those at <c>actions/{name}</c>.</summary>
    public static readonly IReadOnlyList<Step> Actions = [.. All.Where(step => step.Path.StartsWith("actions/", StringComparison.Ordinal))];

    /// <summary>Null when this part may take the step in this state.</summary>
    public static Refusal? Refuses(this Step step, ApplicationState state, Part part)
    {
        if ((step.By & part) == 0)
            return Refusal.Forbidden("action-not-yours", $"'{step.Name}' is not for you to do.");
        return step.From.Contains(state)
            ? null
            : Refusal.Conflict("wrong-state", $"'{step.Name}' can be done while an application is {string.Join(" or ", step.From.Select(Words))}; this one is {Words(state)}.");
    }

    public static string Words(ApplicationState state) => state switch
    {
        ApplicationState.Draft => "a draft",
        ApplicationState.Submitted => "awaiting payment",
        ApplicationState.UnderReview => "under review",
        ApplicationState.SentBack => "sent back",
        ApplicationState.Approved => "approved",
        ApplicationState.Rejected => "rejected",
        _ => "withdrawn",
    };

    private static Step Action(string name, Part by, IReadOnlyList<ApplicationState> from, params IReadOnlyList<string> needs) => new(name, "POST", $"actions/{name}", by, from, needs);
}

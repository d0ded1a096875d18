using EServices.Platform.Web;

namespace EServices.Application.Timeline;

/// <summary>Something that happened to an application. Entries are added, never changed.</summary>
/// <param name="What">kebab-case, e.g. <c>sent-back</c>.</param>
/// <param name="Detail">A sentence for people.</param>
internal sealed record TimelineEntry(DateTimeOffset At, Actor Actor, string What, string Detail);

/// <summary>Who did it, as the timeline names them.</summary>
/// <param name="Subject">Account id; the platform's own doings have none.</param>
internal sealed record Actor(string Role, string Name, string Subject)
{
    public static readonly Actor System = new("system", "EServices", "");

    /// <summary>The role that counts for what this person does with applications.</summary>
    public static Actor Of(Caller caller) =>
        new(new[] { Roles.Officer, Roles.Appellate, Roles.Operator, Roles.Helpline, Roles.Citizen }.FirstOrDefault(caller.Is) ?? "staff", caller.Name, caller.Subject);
}

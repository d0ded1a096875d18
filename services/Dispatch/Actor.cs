using EServices.Platform.Web;

namespace EServices.Dispatch;

/// <summary>Who did something, as timelines keep it.</summary>
/// <param name="Role"><c>citizen</c>, <c>helpline</c>, <c>operator</c> or <c>system</c>.</param>
/// <param name="Subject">Account id; empty for the system.</param>
internal sealed record Actor(string Role, string Subject, string Name)
{
    public const string Citizen = Roles.Citizen;

    public static readonly Actor System = new("system", "", "");

    /// <summary>A caller may have several roles; <paramref name="roles"/> are those in which this deed can be done, the likeliest first.</summary>
    public static Actor Of(Caller caller, params IReadOnlyList<string> roles) =>
        new(roles.FirstOrDefault(caller.Is) ?? "", caller.Subject, caller.Name);
}

/// <summary>One line of a timeline: appended, never changed.</summary>
internal sealed record Deed(DateTimeOffset At, string What, Actor By, string? Note = null);

/// <param name="Role"><c>citizen</c>, <c>helpline</c>, <c>operator</c> or <c>system</c>.</param>
internal sealed record DeedView(DateTimeOffset At, string What, string Role, string Name, string? Note)
{
    public static DeedView Of(Deed deed) => new(deed.At, deed.What, deed.By.Role, deed.By.Name, deed.Note);
}

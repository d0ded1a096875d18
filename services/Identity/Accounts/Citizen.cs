using EServices.Platform.Storage;

namespace EServices.Identity.Accounts;

/// <summary>A citizen, known by the mobile number they have shown to hold.</summary>
internal sealed class Citizen : Document
{
    public static readonly DocumentMap<Citizen> Map = new("citizens");
    public static readonly DocumentIndex<Citizen> ByMobile = Map.Unique("by_mobile", citizen => citizen.Mobile);

    public Citizen(string id, string mobile, string language, DateTimeOffset now)
        : base(id) => (Mobile, Language, CreatedAt, LastSignInAt) = (mobile, language, now, now);

    private Citizen()
    {
    }

    /// <summary>E.164; what services know the owner of a record by.</summary>
    public string Mobile { get; private set; } = "";

    /// <summary>Empty until the citizen tells it.</summary>
    public string Name { get; private set; } = "";

    public string Language { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset LastSignInAt { get; private set; }

    public void SignedIn(DateTimeOffset now) => LastSignInAt = now;

    public void Introduce(string name, string language) => (Name, Language) = (name, language);
}

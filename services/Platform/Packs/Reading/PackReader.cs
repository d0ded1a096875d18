namespace EServices.Platform.Packs.Reading;

/// <summary>Reads a pack in the order of its references: what is referred to is read before what refers to it.</summary>
internal static class PackReader
{
    public static PackResult Read(string folder)
    {
        var pack = new PackFolder(folder);
        if (!Directory.Exists(folder))
        {
            pack.Findings.AtFile(folder, "There is no such folder; it should hold a state pack.");
            return new(null, pack.Findings.All());
        }

        // Which languages a text must have and where the state lies are asked everywhere: without pack.json the rest can't be judged.
        var skills = new Known("skill");
        var divisions = new Known("division");
        var about = AboutReader.Read(pack, skills, divisions);
        if (about is null) return new(null, pack.Findings.All());

        var sources = new Known("source");
        var districts = new Known("district");
        var tehsils = new Known("tehsil");
        var departments = new Known("department");
        var designations = new Known("designation");
        var documents = new Known("document");
        var forms = new Known("form");
        var fees = new Known("fee rule");

        // The law in pack.json names a source, so sources are read first and the law is checked against them.
        var sourceList = LawReader.Sources(pack, sources);
        if (!sources.Has(about.About.Act.Source) && about.About.Act.Source.Length > 0)
            pack.Findings.AtPointer(AboutReader.File, "/act/source", sources.Unknown(about.About.Act.Source));

        var geography = GeographyReader.Read(pack, about, districts, tehsils, divisions);
        var departmentList = DepartmentsReader.Departments(pack, departments);
        var designationList = DepartmentsReader.Designations(pack, designations, departments);
        var documentList = DepartmentsReader.Documents(pack, documents);
        var feeBook = FeesReader.Read(pack, fees, sources);
        var formList = FormReader.Read(pack, forms);
        var eligibilities = new Known("eligibility");
        var guide = GuideReader.Read(pack, eligibilities, sources, districts);
        var services = ServicesReader.Read(pack, new(departments, documents, forms, fees, designations, sources, skills, eligibilities));
        var calendar = LawReader.Calendar(pack, about.About, sources, divisions);
        var addresses = new Known("e-mail address");
        var operators = PeopleReader.Operators(pack, about, addresses, skills, districts, tehsils, geography);
        var staff = PeopleReader.Staff(pack, about, addresses, designations, designationList, geography);
        var messages = MessagesReader.Read(pack);
        var wording = WordingReader.Read(pack);
        var synonyms = SynonymsReader.Read(pack);

        if (pack.Findings.Count > 0) return new(null, pack.Findings.All());
        return new(
            new StatePack
            {
                Folder = Path.GetFullPath(folder),
                About = about.About,
                Geography = geography!,
                Sources = new(sourceList, source => source.Id),
                Departments = new(departmentList, department => department.Id),
                Designations = new(designationList, designation => designation.Id),
                Documents = new(documentList, document => document.Id),
                Forms = new(formList, form => form.Id),
                Fees = feeBook,
                Services = new(services, service => service.Id),
                Calendar = calendar,
                Operators = new(operators, person => person.Id),
                Staff = new(staff, person => person.Email),
                Messages = messages,
                Guide = guide,
                Wording = wording,
                Synonyms = synonyms,
            },
            []);
    }
}
